import type { ServiceKind } from './kind.ts';
import { redisDump } from './redis-data.ts';

export const redis: ServiceKind = {
  name: 'redis',
  title: 'Redis',
  images: ['redis', 'valkey', 'keydb', 'dragonfly'],
  variables: ['REDIS_', 'VALKEY_'],
  ports: [{ port: 6379, scheme: 'redis' }],
  probe: { login: 'redis' },
  account: { user: [], database: [], password: ['REDIS_PASSWORD', 'VALKEY_PASSWORD'] },
  version: 'redis-server --version || valkey-server --version',
  dump: redisDump,
  console: `
file=\${REDIS_PASSWORD_FILE:-$VALKEY_PASSWORD_FILE}
if [ -n "$file" ]; then REDISCLI_AUTH=$(cat "$file"); else REDISCLI_AUTH=\${REDIS_PASSWORD:-$VALKEY_PASSWORD}; fi
[ -n "$REDISCLI_AUTH" ] && export REDISCLI_AUTH || unset REDISCLI_AUTH
if command -v redis-cli >/dev/null 2>&1; then exec redis-cli; else exec valkey-cli; fi`,
  client: 'redis-cli',
};
