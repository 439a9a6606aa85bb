import type { KindDump } from './kind.ts';

/** Credentials come from the container's own environment and secret file, and stay there. */
const CONNECT = `
set -eu
PGUSER=\${POSTGRES_USER:-postgres}
database=\${POSTGRES_DB:-$PGUSER}
if [ -n "\${POSTGRES_PASSWORD_FILE:-}" ]; then PGPASSWORD=$(cat "$POSTGRES_PASSWORD_FILE"); else PGPASSWORD=\${POSTGRES_PASSWORD:-}; fi
PGHOST=\${PGHOST:-127.0.0.1} PGCLIENTENCODING=UTF8 PGOPTIONS='-c client_min_messages=warning'
export PGUSER PGPASSWORD PGHOST PGCLIENTENCODING PGOPTIONS
ask() { PGDATABASE=$1; shift; export PGDATABASE; psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"; }
`;

/** Ends who is connected to databases that only a restore makes, and removes them. */
const REMOVE = (which: string): string => `
ask template1 -v "which=${which}" <<'SQL'
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname ~ :'which' \\g /dev/null
SELECT format('DROP DATABASE %I', datname) FROM pg_database WHERE datname ~ :'which' \\gexec
SQL`;

const OURS = '^onestack_(restoring|replaced)_[0-9a-f]+$';

export const postgresDump: KindDump = {
  tool: 'pg_dump',
  contents: 'postgres',
  file: 'dump.sql',
  counts: ['table', 'row'],
  formats: ['text'],
  dump: `${CONNECT}
export PGDATABASE="$database"
exec pg_dump --no-password --encoding=UTF8`,
  accounts: `${CONNECT}
ask template1 -c 'SELECT to_json(rolname::text) FROM pg_roles'`,
  // As the one that it is to replace: encoding, order, owner, rights and settings.
  prepare: `${CONNECT}
${REMOVE(OURS)}
ask template1 -v "new=$1" -v "old=$database" <<'SQL'
SELECT format('CREATE DATABASE %I TEMPLATE template0 OWNER %I ENCODING %L LC_COLLATE %L LC_CTYPE %L%s',
  :'new', pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate, datctype,
  CASE to_jsonb(d)->>'datlocprovider'
    WHEN 'i' THEN format(' LOCALE_PROVIDER icu ICU_LOCALE %L', coalesce(to_jsonb(d)->>'datlocale', to_jsonb(d)->>'daticulocale'))
    WHEN 'b' THEN format(' LOCALE_PROVIDER builtin BUILTIN_LOCALE %L', to_jsonb(d)->>'datlocale')
    WHEN 'c' THEN ' LOCALE_PROVIDER libc'
    ELSE '' END)
FROM pg_database d WHERE datname = :'old' \\gexec
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', :'new') FROM pg_database
WHERE datname = :'old' AND datacl IS NOT NULL \\gexec
SELECT format('GRANT %s ON DATABASE %I TO %s', privilege_type, :'new',
  CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END)
FROM pg_database, aclexplode(datacl) WHERE datname = :'old' \\gexec
SQL
ask "$database" -v "new=$1" -v "old=$database" <<'SQL'
SELECT format('ALTER DATABASE %I SET %I FROM CURRENT', :'new', split_part(setting, '=', 1))
FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) AS setting
WHERE d.datname = :'old' AND s.setrole = 0 \\gexec
SQL`,
  // Newer clients can be kept from running commands of the text's; it cannot know the word that ends it.
  load: `${CONNECT}
export PGDATABASE="$1"
run() { psql -X -q -v ON_ERROR_STOP=1 -o /dev/null; }
if printf '\\\\restrict %s\\n\\\\unrestrict %s\\n' "$2" "$2" | run 2>/dev/null; then
  { printf '\\\\restrict %s\\n' "$2"; cat; } | run
else
  run
fi`,
  unpack: {
    formats: ['postgres-archive', 'tar'],
    script: 'exec pg_restore --no-password --file=-',
  },
  count: `${CONNECT}
ask "$1" <<'SQL'
SELECT format('SELECT json_build_array(%L::text, count(*)) FROM ONLY %I.%I',
  format('%I.%I', n.nspname, c.relname), n.nspname, c.relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' \\gexec
SQL`,
  // Both names change in one transaction: whoever is killed in between has changed nothing. Clients
  // come back faster than a database is renamed, so they are sent away again.
  swap: `${CONNECT}
n=0
until ask template1 -v "new=$1" -v "old=$database" -v "gone=$2" <<'SQL'
BEGIN;
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname IN (:'old', :'new') \\g /dev/null
ALTER DATABASE :"old" RENAME TO :"gone";
ALTER DATABASE :"new" RENAME TO :"old";
COMMIT;
SQL
do
  n=$((n + 1))
  [ "$n" -lt 20 ] || exit 1
done`,
  clear: `${CONNECT}
${REMOVE(OURS)}`,
};
