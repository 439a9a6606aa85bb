import type { ServiceKind } from './kind.ts';

export const nats: ServiceKind = {
  name: 'nats',
  title: 'NATS',
  images: ['nats'],
  variables: ['NATS_'],
  ports: [
    { port: 4222, scheme: 'nats' },
    { port: 8222, scheme: 'http' },
  ],
  probe: { answer: /^INFO \{/ },
};
