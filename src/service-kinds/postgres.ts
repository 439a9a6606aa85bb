import type { ServiceKind } from './kind.ts';
import { postgresDump } from './postgres-data.ts';

export const postgres: ServiceKind = {
  name: 'postgres',
  title: 'PostgreSQL',
  images: ['postgres', 'postgresql', 'postgis', 'timescale', 'timescaledb', 'pgvector'],
  variables: ['POSTGRES_'],
  ports: [{ port: 5432, scheme: 'postgresql' }],
  probe: { login: 'postgres' },
  account: {
    user: ['POSTGRES_USER', 'PGUSER'],
    defaultUser: 'postgres',
    database: ['POSTGRES_DB', 'PGDATABASE'],
    password: ['POSTGRES_PASSWORD', 'PGPASSWORD'],
  },
  console: `
user=\${POSTGRES_USER:-postgres}
if [ -n "$POSTGRES_PASSWORD_FILE" ]; then PGPASSWORD=$(cat "$POSTGRES_PASSWORD_FILE"); else PGPASSWORD=$POSTGRES_PASSWORD; fi
export PGPASSWORD
[ -w "$HOME" ] || export PSQL_HISTORY="\${PSQL_HISTORY:-/tmp/.psql_history}"
exec psql -h "\${PGHOST:-127.0.0.1}" -U "$user" "\${POSTGRES_DB:-$user}"`,
  version: 'postgres --version',
  dump: postgresDump,
  client: 'psql',
};
