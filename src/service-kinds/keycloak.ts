import type { ServiceKind } from './kind.ts';

export const keycloak: ServiceKind = {
  name: 'keycloak',
  title: 'Keycloak',
  images: ['keycloak'],
  variables: ['KC_'],
  ports: [{ port: 8080, scheme: 'http' }],
  probe: { path: '/realms/master' },
};
