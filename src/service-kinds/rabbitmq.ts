import type { ServiceKind } from './kind.ts';

export const rabbitmq: ServiceKind = {
  name: 'rabbitmq',
  title: 'RabbitMQ',
  images: ['rabbitmq'],
  variables: ['RABBITMQ_'],
  ports: [
    { port: 5672, scheme: 'amqp' },
    { port: 15672, scheme: 'http' },
  ],
  // The answer is the method frame Connection.Start on channel 0.
  probe: { says: 'AMQP\0\0\x09\x01', answer: /^\x01\0\0[^]{4}\0\n\0\n/ },
  // It has no console of its own: its queues, then a shell with its commands.
  console: `
rabbitmqctl --quiet list_queues name messages consumers
echo 'rabbitmqctl help: all that it can tell and do'
exec bash`,
};
