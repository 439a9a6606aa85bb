import type { ServiceKind } from './kind.ts';

export const prometheus: ServiceKind = {
  name: 'prometheus',
  title: 'Prometheus',
  images: ['prometheus'],
  variables: [],
  ports: [{ port: 9090, scheme: 'http' }],
  probe: { path: '/-/ready' },
};
