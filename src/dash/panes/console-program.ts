import type { Failure } from '../../events/failure.ts';
import type { ContainerDetail } from '../../ports/engine.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import type { ExecProgram } from './exec-source.ts';

/**
 * The database consoles that we know, by what the image or the service is called. Credentials are
 * taken inside the container from its own environment and secret files: they never leave it, and
 * stand on no command line.
 */
const CONSOLES: readonly { readonly image: RegExp; readonly script: string }[] = [
  {
    image: /postgres|postgis|timescale|pgvector/,
    script: `
user=\${POSTGRES_USER:-postgres}
if [ -n "$POSTGRES_PASSWORD_FILE" ]; then PGPASSWORD=$(cat "$POSTGRES_PASSWORD_FILE"); else PGPASSWORD=$POSTGRES_PASSWORD; fi
export PGPASSWORD
exec psql -h "\${PGHOST:-127.0.0.1}" -U "$user" "\${POSTGRES_DB:-$user}"`,
  },
  {
    image: /redis|valkey|keydb/,
    script: `
if [ -n "$REDIS_PASSWORD_FILE" ]; then REDISCLI_AUTH=$(cat "$REDIS_PASSWORD_FILE"); else REDISCLI_AUTH=$REDIS_PASSWORD; fi
[ -n "$REDISCLI_AUTH" ] && export REDISCLI_AUTH || unset REDISCLI_AUTH
if command -v redis-cli >/dev/null 2>&1; then exec redis-cli; else exec valkey-cli; fi`,
  },
  {
    image: /mysql|mariadb|percona/,
    script: `
for name in MYSQL MARIADB; do
  eval "file=\\$\${name}_ROOT_PASSWORD_FILE plain=\\$\${name}_ROOT_PASSWORD base=\\$\${name}_DATABASE"
  if [ -n "$file" ]; then MYSQL_PWD=$(cat "$file"); elif [ -n "$plain" ]; then MYSQL_PWD=$plain; fi
  [ -n "$base" ] && database=$base
done
export MYSQL_PWD
if command -v mariadb >/dev/null 2>&1; then exec mariadb -u root $database; else exec mysql -u root $database; fi`,
  },
  {
    image: /mongo/,
    // `mongosh` takes a password from its command line only; what it runs can read the environment.
    script: `
command -v mongosh >/dev/null 2>&1 || exec mongo
exec mongosh $MONGO_INITDB_DATABASE --shell --eval '
  const given = (name) => {
    const file = process.env[name + "_FILE"];
    return file ? require("fs").readFileSync(file, "utf8").trim() : process.env[name];
  };
  const user = given("MONGO_INITDB_ROOT_USERNAME");
  if (user) db.getSiblingDB("admin").auth(user, given("MONGO_INITDB_ROOT_PASSWORD"));
  undefined'`,
  },
];

/** The console of a database service; a failure when we know none for it. */
export function consoleProgram(
  service: string,
  image: string,
  container: Pick<ContainerDetail, 'environment'>,
): Result<ExecProgram, Failure> {
  const names = `${image} ${service} ${container.environment
    .filter((one) => one.startsWith('POSTGRES_') || one.startsWith('MYSQL_'))
    .map((one) => one.slice(0, one.indexOf('_')))
    .join(' ')}`.toLowerCase();
  const found = CONSOLES.find(({ image: pattern }) => pattern.test(names));
  if (found === undefined) {
    return fail({
      reason: 'service',
      what: `no console is known for ${service} (${image})`,
      cure: `In dev.yaml a pane { command: …, in: ${service} } runs any program in it`,
    });
  }
  return ok({ argv: ['sh', '-c', found.script], environment: { TERM: 'xterm-256color' } });
}
