import type { KindDump } from './kind.ts';

/** A column's value as SQL writes a name. */
const named = (column: string): string => `CONCAT('\`', REPLACE(${column}, '\`', '\`\`'), '\`')`;

/**
 * Credentials come from the container's own environment and secret files, and stay there. `ask` is the
 * client as root, as the project's account where nobody knows root's password.
 */
const CONNECT = `
set -eu
client=$(command -v mariadb || command -v mysql) || { echo 'error: there is neither mariadb nor mysql' >&2; exit 1; }
dumper=$(command -v mariadb-dump || command -v mysqldump) || { echo 'error: there is neither mariadb-dump nor mysqldump' >&2; exit 1; }
given() {
  for flavour in MARIADB MYSQL; do
    eval "file=\\\${\${flavour}_$1_FILE:-} plain=\\\${\${flavour}_$1:-}"
    if [ -n "$file" ]; then cat "$file"; return; fi
    if [ -n "$plain" ]; then printf %s "$plain"; return; fi
  done
}
ask() {
  "$client" --user="$account" --batch --raw --skip-column-names --default-character-set=utf8mb4 \\
    --binary-mode --init-command='SET SESSION lock_wait_timeout = 5' "$@"
}
as() {
  account=$1 MYSQL_PWD=$2
  export MYSQL_PWD
  [ -n "$MYSQL_PWD" ] || unset MYSQL_PWD
}
project=$(given USER) database=$(given DATABASE)
[ -n "$database" ] || database=$project
[ -n "$database" ] || { echo 'error: neither MARIADB_DATABASE nor MYSQL_DATABASE says which database is meant' >&2; exit 1; }
as root "$(given ROOT_PASSWORD)"
if ! ask -e 'SELECT 1' </dev/null >/dev/null 2>&1; then
  as "$project" "$(given PASSWORD)"
  ask -e 'SELECT 1' </dev/null >/dev/null
fi
text() { printf "'%s'" "$(printf %s "$1" | sed -e "s/[\\\\\\\\']/\\\\\\\\&/g")"; }
dump() {
  set -- --user="$account" --single-transaction --quick --hex-blob --no-tablespaces --default-character-set=utf8mb4 "$@"
  if "$dumper" --help 2>/dev/null | grep -q set-gtid-purged; then set -- --set-gtid-purged=OFF "$@"; fi
  "$dumper" "$@"
}
`;

/** Databases and accounts that only a restore makes. */
const OURS = '^onestack_(restoring|replaced)_[0-9a-f]+$';

/**
 * Tables change places in one statement. What is no table (views, triggers, routines, events) cannot be
 * renamed into another database; it is written down before in a table that goes with the others, so that
 * whoever looks next knows which side of that statement it was: `mend` goes back or forward.
 */
const MEND = `
shed() {
  sql=$(ask "$1" <<'SQL'
SELECT CONCAT('DROP TRIGGER IF EXISTS ', ${named('trigger_name')}, ';') FROM information_schema.triggers WHERE trigger_schema = DATABASE();
SELECT CONCAT('DROP VIEW IF EXISTS ', ${named('table_name')}, ';') FROM information_schema.views WHERE table_schema = DATABASE();
SELECT CONCAT('DROP ', routine_type, ' IF EXISTS ', ${named('routine_name')}, ';') FROM information_schema.routines
WHERE routine_schema = DATABASE() AND routine_type <> 'PACKAGE BODY';
SELECT CONCAT('DROP EVENT IF EXISTS ', ${named('event_name')}, ';') FROM information_schema.events WHERE event_schema = DATABASE();
SQL
  )
  printf '%s\\n' "$sql" | ask "$1"
}
mend() {
  marked=$(ask <<'SQL'
SELECT table_schema FROM information_schema.tables WHERE table_name = 'onestack_swap' AND table_schema REGEXP '${OURS}';
SQL
  )
  for one in $marked; do
    case $one in onestack_restoring_*) part=0 ;; *) part=1 ;; esac
    if [ "$(echo 'SELECT COUNT(*) FROM onestack_swap;' | ask "$one")" = 2 ]; then
      programs=$(echo "SELECT REPLACE(TO_BASE64(text), CHAR(10), '') FROM onestack_swap WHERE part = $part;" | ask "$one")
      shed "$database"
      printf %s "$programs" | base64 -d | ask "$database"
    fi
    echo 'DROP TABLE onestack_swap;' | ask "$one"
  done
}
clear() {
  mend
  sql=$(ask <<'SQL'
SELECT CONCAT('DROP DATABASE IF EXISTS ', schema_name, ';') FROM information_schema.schemata WHERE schema_name REGEXP '${OURS}';
SELECT CONCAT('DROP USER IF EXISTS ', user, '@localhost;') FROM mysql.user WHERE user REGEXP '${OURS}';
SQL
  )
  printf '%s\\n' "$sql" | ask
}
`;

export const mysqlDump: KindDump = {
  tool: 'mariadb-dump or mysqldump',
  contents: 'mysql',
  file: 'dump.sql',
  counts: ['table', 'row'],
  formats: ['text'],
  dump: `${CONNECT}
dump --routines --events --triggers "$database"`,
  // The first stands in for those that are not here.
  accounts: `${CONNECT}
{ printf 'SET @project = %s;\\n' "$(text "$project")"; cat <<'SQL'
SELECT JSON_QUOTE(CONCAT(${named('user')}, '@', ${named('host')})) FROM mysql.user
ORDER BY BINARY user = BINARY @project AND host = '%' DESC, CONCAT(user, '@', host) = CURRENT_USER() DESC;
SQL
} | ask`,
  prepare: `${CONNECT}${MEND}
clear
sql=$({ printf "SET @new = '%s';\\n" "$1"; cat <<'SQL'
SELECT CONCAT('CREATE DATABASE ', @new, ' CHARACTER SET ', default_character_set_name, ' COLLATE ', default_collation_name, ';')
FROM information_schema.schemata WHERE schema_name = DATABASE();
SQL
} | ask "$database")
printf '%s\\n' "$sql" | ask`,
  // By an account that reaches this database alone: a statement that names another one fails. It may
  // name definers, and make triggers where changes are logged.
  load: `${CONNECT}
word=Aa1-$(od -An -tx1 -N16 /dev/urandom | tr -d ' \\n')
ask <<SQL
CREATE USER '$1'@'localhost' IDENTIFIED BY '$word';
GRANT ALL ON $1.* TO '$1'@'localhost';
SQL
for more in SUPER 'SET USER' SET_ANY_DEFINER ALLOW_NONEXISTENT_DEFINER SET_USER_ID SYSTEM_USER; do
  echo "GRANT $more ON *.* TO '$1'@'localhost';" | ask 2>/dev/null || :
done
status=0
MYSQL_PWD=$word "$client" --user="$1" --default-character-set=utf8mb4 --binary-mode --max-allowed-packet=1G "$1" >/dev/null || status=$?
echo "DROP USER '$1'@'localhost';" | ask
exit $status`,
  count: `${CONNECT}
sql=$(ask "$1" <<'SQL'
SELECT CONCAT('SELECT JSON_ARRAY(', QUOTE(table_name), ', COUNT(*)) FROM ', ${named('table_name')}, ';')
FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type NOT IN ('VIEW', 'SEQUENCE');
SQL
)
printf '%s\\n' "$sql" | ask "$1"`,
  swap: `${CONNECT}${MEND}
programs() {
  of=$1
  dump --no-data --no-create-info --routines --events --triggers "$of" || return 1
  views=$(echo 'SELECT table_name FROM information_schema.views WHERE table_schema = DATABASE();' | ask "$of") || return 1
  [ -n "$views" ] || return 0
  set --
  while IFS= read -r view; do set -- "$@" "$view"; done <<EOV
$views
EOV
  dump --no-data --skip-triggers "$of" "$@"
}
old=$(programs "$database")
new=$(programs "$1")
# Once more where nothing can be broken: what is refused there would be refused at the end.
shed "$1"
printf '%s\\n' "$new" | ask "$1"
here=$(printf '\\140%s\\140' "$(printf %s "$database" | sed 's/[\\\\/&]/\\\\&/g')")
new=$(printf '%s\\n' "$new" | sed "s/$(printf '\\140')$1$(printf '\\140')[.]/$here./g")
packed() { printf '%s\\n' "$1" | base64 | tr -d '\\n'; }
ask "$1" <<SQL
CREATE DATABASE $2;
CREATE TABLE onestack_swap (part INT PRIMARY KEY, text LONGBLOB);
INSERT INTO onestack_swap VALUES (0, FROM_BASE64('$(packed "$old")')), (1, FROM_BASE64('$(packed "$new")'));
SQL
moves() {
  { printf 'SET SESSION group_concat_max_len = 1000000000; SET @to = %s;\\n' "$(text "$2")"; cat <<'SQL'
SELECT COALESCE(CONCAT(GROUP_CONCAT(${named('table_schema')}, '.', ${named('table_name')}, ' TO ',
  ${named('@to')}, '.', ${named('table_name')} SEPARATOR ', '), ', '), '')
FROM information_schema.tables
WHERE table_schema = DATABASE() AND table_type <> 'VIEW' AND table_name <> 'onestack_swap';
SQL
  } | ask "$1"
}
step() {
  others=$(echo "SELECT CONCAT('KILL ', id, ';') FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID();" | ask "$database") || return 1
  printf '%s\\n' "$others" | ask --force 2>/dev/null || :
  shed "$database" && shed "$1" || return 1
  away=$(moves "$database" "$2") && come=$(moves "$1" "$database") || return 1
  printf 'RENAME TABLE %s%s%s;\\n' "$away" "$come" "$1.onestack_swap TO $2.onestack_swap" | ask
}
n=0
until step "$@"; do
  n=$((n + 1))
  if [ "$n" -ge 20 ]; then mend; exit 1; fi
done
mend || exit 75`,
  clear: `${CONNECT}${MEND}
clear`,
};
