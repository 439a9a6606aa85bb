import type { ServiceKind } from './kind.ts';

/** An S3 in a folder, of our own image. */
export const s3: ServiceKind = {
  name: 's3',
  title: 'S3',
  images: ['s3', 's3rver'],
  variables: ['S3RVER_'],
  ports: [{ port: 9000, scheme: 'http' }],
  probe: { path: '/_ready' },
};
