import type { ServiceKind } from './kind.ts';

/** ApiVersions, version 0, correlation 1, without a client's name. */
const API_VERSIONS = '\0\0\0\x0a\0\x12\0\0\0\0\0\x01\xff\xff';

export const kafka: ServiceKind = {
  name: 'kafka',
  title: 'Kafka',
  images: ['kafka', 'redpanda'],
  variables: ['KAFKA_'],
  ports: [{ port: 9092, scheme: 'kafka' }],
  probe: { says: API_VERSIONS, answer: /^[^]{4}\0\0\0\x01\0\0/ },
};
