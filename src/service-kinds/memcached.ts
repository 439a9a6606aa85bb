import type { ServiceKind } from './kind.ts';

export const memcached: ServiceKind = {
  name: 'memcached',
  title: 'Memcached',
  images: ['memcached'],
  variables: ['MEMCACHED_'],
  ports: [{ port: 11211, scheme: 'memcached' }],
  probe: { says: 'version\r\n', answer: /^VERSION / },
};
