import type { ServiceKind } from './kind.ts';

export const minio: ServiceKind = {
  name: 'minio',
  title: 'MinIO',
  images: ['minio'],
  variables: ['MINIO_'],
  ports: [{ port: 9000, scheme: 'http' }],
  probe: { path: '/minio/health/live' },
};
