import type { ServiceKind } from './kind.ts';
import { mysqlDump } from './mysql-data.ts';

export const mysql: ServiceKind = {
  name: 'mysql',
  title: 'MySQL or MariaDB',
  images: ['mysql', 'mariadb', 'percona'],
  variables: ['MYSQL_', 'MARIADB_'],
  ports: [{ port: 3306, scheme: 'mysql' }],
  // The server greets: three bytes of length, packet 0, version 10 of the protocol.
  probe: { answer: /^[^]{3}\0\n/ },
  account: {
    user: ['MARIADB_USER', 'MYSQL_USER'],
    defaultUser: 'root',
    database: ['MARIADB_DATABASE', 'MYSQL_DATABASE'],
    password: [
      'MARIADB_PASSWORD',
      'MYSQL_PASSWORD',
      'MARIADB_ROOT_PASSWORD',
      'MYSQL_ROOT_PASSWORD',
    ],
  },
  version: 'mariadbd --version || mysqld --version',
  dump: mysqlDump,
  console: `
for name in MYSQL MARIADB; do
  eval "file=\\$\${name}_ROOT_PASSWORD_FILE plain=\\$\${name}_ROOT_PASSWORD base=\\$\${name}_DATABASE"
  if [ -n "$file" ]; then MYSQL_PWD=$(cat "$file"); elif [ -n "$plain" ]; then MYSQL_PWD=$plain; fi
  [ -n "$base" ] && database=$base
done
export MYSQL_PWD
if command -v mariadb >/dev/null 2>&1; then exec mariadb -u root $database; else exec mysql -u root $database; fi`,
};
