import type { ServiceKind } from './kind.ts';

export const grafana: ServiceKind = {
  name: 'grafana',
  title: 'Grafana',
  images: ['grafana'],
  variables: ['GF_'],
  ports: [{ port: 3000, scheme: 'http' }],
  probe: { path: '/api/health' },
};
