import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { rigForSuite } from '../support/rig.ts';
import { waitFor } from '../support/wait-for.ts';

/** Much the same as the dump below, packed by `zstd`. */
const ZSTD = Buffer.from(
  'KLUv/QRYDQYA0swrJBCLWAdRMvt5sfrLnTY/X2h31q9BIRwOhE2ncdSci0UEABQALgqtuU7UxZBTVwJ9WZTnF0cYfi/bGbXrQeE+Q+pUq8v2zhW+fQT3Hk+YL5IYTh465BvBNE4T9ARPVKU9ELn4DBz0MIGVYIuVYAHr0kmwPRozvs/IyfiUh0Eoxc9GfHawb2p7vSuKcUPfwYI272ZzEUMBUDANs/iCjeTKQr/CYRrn1JXQQ4ecHHxZAgQA0YMoRErIKhCbsUJFARVqjcM=',
  'base64',
);

/** Databases other than PostgreSQL: saved and loaded by their own programs. */
const rig = rigForSuite({
  files: {
    'dev.yaml': 'name: kinds\nservices:\n  db: { from: mariadb }\n  cache: { from: valkey }\n',
    'compose/base.yaml':
      'services:\n  db:\n    environment: { MARIADB_USER: shop, MARIADB_DATABASE: shop }\n',
  },
});

async function done(...args: readonly string[]): Promise<string> {
  const ran = await rig().dev(args);
  expect(ran.status, rig().transcript()).toBe(0);
  return ran.stdout;
}

const inside = (service: string, script: string, input = '') =>
  rig().dev(['shell', service, '--', 'sh', '-c', script], { input });
async function sql(text: string): Promise<string> {
  const ran = await inside('db', 'exec mariadb -u root -N --batch shop', text);
  expect(ran.status, ran.stderr).toBe(0);
  return ran.stdout;
}
async function keys(text: string): Promise<string> {
  const client = 'REDISCLI_AUTH=$(cat /run/secrets/password) exec valkey-cli';
  return (await inside('cache', client, text)).stdout;
}

const SEED = `
CREATE TABLE parent (id int PRIMARY KEY, name text);
CREATE TABLE child (id int PRIMARY KEY, p int, b blob, FOREIGN KEY (p) REFERENCES parent (id));
INSERT INTO parent VALUES (1, 'it''s; (a)\\nnew'), (2, 'b\\\\');
INSERT INTO child SELECT seq, 1 + seq % 2, UNHEX('00ff270a') FROM seq_1_to_3000;
CREATE VIEW \`both\` AS SELECT c.id, p.name FROM child c JOIN parent p ON p.id = c.p;
CREATE VIEW above AS SELECT count(*) n FROM \`both\`;
CREATE VIEW most AS SELECT max(id) FROM child;
CREATE SEQUENCE numbers START WITH 5;
DELIMITER ;;
CREATE TRIGGER louder BEFORE INSERT ON parent FOR EACH ROW BEGIN SET NEW.name = CONCAT(NEW.name, '!'); END;;
CREATE PROCEDURE \`odd\`\`p\`() BEGIN SELECT 1; END;;
CREATE FUNCTION seven() RETURNS int DETERMINISTIC RETURN 7;;
DELIMITER ;
CREATE EVENT daily ON SCHEDULE EVERY 1 DAY DO DELETE FROM child WHERE id < 0;
`;
/** All there is, in words that do not change by being saved. */
const STATE = `
SELECT count(*), md5(group_concat(id, p, hex(b) ORDER BY id)) FROM child; SELECT * FROM parent;
SELECT n, seven() FROM above;
SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = 'shop' ORDER BY 1;
SELECT trigger_name, action_statement FROM information_schema.triggers WHERE trigger_schema = 'shop';
SELECT routine_name FROM information_schema.routines WHERE routine_schema = 'shop' ORDER BY 1;
SELECT event_name FROM information_schema.events WHERE event_schema = 'shop';
SELECT constraint_name, table_name, referenced_table_name FROM information_schema.referential_constraints
WHERE constraint_schema = 'shop' AND unique_constraint_schema = 'shop';`;
/** Databases and accounts, of which a restore leaves none. */
const OURS = `SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE 'onestack%'
UNION SELECT user FROM mysql.user WHERE user LIKE 'onestack%';`;

beforeAll(async () => {
  const up = await rig().dev(['up', '--yes', '--detach', '--no-watch'], { timeoutMs: 600_000 });
  expect(up.status, up.stderr).toBe(0);
  await sql(SEED);
}, 600_000);

describe('MariaDB', () => {
  it('brings back tables and all that is none, by its own program', async () => {
    const before = await sql(STATE);
    expect(before).toContain('daily');
    const saved = await done('data', 'snapshot', 'db', '--name', 'first');
    expect(saved).toContain('mariadb-dump');
    await sql(
      "DROP VIEW above; DELETE FROM child WHERE id > 9; DROP TRIGGER louder; CREATE TABLE late (x int); INSERT INTO parent VALUES (3, '')",
    );
    const restored = await done('data', 'restore', 'db', '--name', 'first');
    expect(restored).toContain('2 tables, 3002 rows');
    expect(await sql(STATE)).toBe(before);
    expect(await sql(OURS)).toBe('');
    const listed = JSON.parse(await done('data', 'list', 'db', '--json')) as {
      snapshots: { name: string; reason: string; rows: object; engineVersion: string }[];
    };
    const [kept, first] = listed.snapshots;
    expect(first).toMatchObject({ name: 'first', rows: { parent: 2, child: 3000 } });
    expect(first?.engineVersion).toMatch(/^11\..*-MariaDB$/);
    expect(kept).toMatchObject({ reason: 'restore', rows: { parent: 3, child: 9, late: 0 } });
  });

  it('takes the team’s dump, packed or not, whoever defined what is in it', async () => {
    const dump = `-- MySQL dump 10.13  Distrib 8.0.36
CREATE DATABASE IF NOT EXISTS \`production\`;
USE \`production\`;
DROP TABLE IF EXISTS \`goods\`;
CREATE TABLE \`goods\` (\`id\` int NOT NULL);
LOCK TABLES \`goods\` WRITE;
INSERT INTO \`goods\` VALUES (7),(8),(9);
UNLOCK TABLES;
/*!50001 CREATE ALGORITHM=UNDEFINED */
/*!50013 DEFINER=\`deploy\`@\`10.%\` SQL SECURITY DEFINER */
/*!50001 VIEW \`most\` AS select max(id) AS m from goods */;
-- Dump completed
`;
    const packed = {
      'team.sql': Buffer.from(dump),
      'team.sql.gz': gzipSync(dump),
      'team.sql.zst': ZSTD,
    };
    for (const [name, bytes] of Object.entries(packed)) {
      writeFileSync(rig().path(name), bytes);
      const taken = await done('data', 'import', 'db', rig().path(name), '--no-snapshot', '--yes');
      expect(taken).toContain('1 table, 3 rows');
      expect(taken).toContain('`deploy`@`10.%` is not here');
      expect(await sql('SELECT m FROM most; SHOW TABLES; DELETE FROM goods')).toBe(
        '9\ngoods\nmost\n',
      );
    }
  });

  it('is as it was after what is no dump, is cut off, or reaches another database', async () => {
    await sql('INSERT INTO goods VALUES (1)');
    const bad: Readonly<Record<string, string | Buffer>> = {
      'words.sql': 'hello;\n',
      'other.sql': 'CREATE TABLE x (id int); INSERT INTO `shop`.`goods` VALUES (2);\n',
      'server.sql': 'CREATE TABLE x (id int); DROP TABLE mysql.proc;\n',
      'client.sql': 'CREATE TABLE x (id int); SELECT 1 \\! touch /tmp/taken\n;\n',
      'newer.sql': '-- Server version\t99.1.0-MariaDB\nCREATE TABLE x (id int);\n',
      'cut.sql.gz': gzipSync('CREATE TABLE x (id int);\n'.repeat(9)).subarray(0, -9),
      'half.sql': '-- MariaDB dump 10.19\nCREATE TABLE x (id int);\n',
      'postgres.sql': '-- PostgreSQL database dump\nCREATE TABLE x (id int);\n',
    };
    for (const [name, text] of Object.entries(bad)) {
      writeFileSync(rig().path(name), text);
      const args = ['data', 'import', 'db', rig().path(name), '--no-snapshot', '--yes'];
      const ran = await rig().dev(args);
      expect(ran.status, name).not.toBe(0);
      expect(ran.stderr, name).toContain('the data is as it was');
    }
    expect(await sql('SELECT id FROM goods; SHOW TABLES')).toBe('1\ngoods\nmost\n');
    expect(await sql(OURS)).toBe('');
    expect((await inside('db', 'ls /tmp')).stdout).not.toContain('taken');
  });

  it('keeps the old data when dev is killed, and says no password meanwhile', async () => {
    rig().write('slow.sql', 'CREATE TABLE goods (id int); SELECT SLEEP(600);\n');
    const args = ['data', 'import', 'db', rig().path('slow.sql'), '--no-snapshot', '--yes'];
    const running = rig().startDev(args);
    await waitFor('the dump that is loaded', async () =>
      (await sql('SELECT info FROM information_schema.processlist')).includes('SLEEP(600)'),
    );
    const lines = (await inside('db', 'cat /proc/[0-9]*/cmdline | tr "\\0" "\\n"')).stdout;
    const password = (await inside('db', 'cat /run/secrets/password')).stdout;
    expect(password.length).toBeGreaterThan(8);
    expect(lines).toContain('--user=onestack_restoring_');
    expect(lines).not.toContain(password);
    // The script itself, which makes one, is on a command line.
    expect(lines).not.toMatch(/Aa1-[0-9a-f]{8}/);
    running.kill('SIGKILL');
    await running.finished;
    expect(await sql('SELECT id FROM goods')).toBe('1\n');
    // The next one clears away what is left.
    await done('data', 'restore', 'db', '--name', 'first', '--no-snapshot', '--yes');
    expect(await sql(OURS)).toBe('');
    expect(await sql('SELECT count(*) FROM child; SELECT n FROM above')).toBe('3000\n3000\n');
  });

  it('goes back or forward where the server’s end cut off the moment of the change', async () => {
    const whole = await sql(STATE);
    const mark = (old: string, next: string) => `
      CREATE TABLE onestack_swap (part INT PRIMARY KEY, text LONGBLOB);
      INSERT INTO onestack_swap VALUES (0, '${old}'), (1, '${next}');`;
    const view = 'CREATE VIEW above AS SELECT count(*) n FROM `both`;';
    // Views and the like are gone, tables have not moved: back.
    await sql('DROP VIEW most');
    const before = await sql(STATE);
    const back = (
      await inside(
        'db',
        'exec mariadb-dump -u root --no-data --no-create-info --routines --events --triggers shop',
      )
    ).stdout;
    await sql(`CREATE DATABASE onestack_restoring_00000001; USE onestack_restoring_00000001;
      ${mark('', '')} USE shop; DROP VIEW above; DROP TRIGGER louder;`);
    const views = `CREATE VIEW \`both\` AS SELECT c.id, p.name FROM child c JOIN parent p ON p.id = c.p;\n${view}`;
    const packed = Buffer.from(`${back}\n${views}`).toString('base64');
    await sql(
      `UPDATE onestack_restoring_00000001.onestack_swap SET text = FROM_BASE64('${packed}') WHERE part = 0`,
    );
    await done('data', 'import', 'db', rig().path('words.sql'), '--no-snapshot', '--yes').catch(
      () => '',
    );
    expect(await sql(STATE)).toBe(before);
    expect(await sql(OURS)).toBe('');
    // Tables have moved: forward.
    await sql(`CREATE DATABASE onestack_replaced_00000002; USE onestack_replaced_00000002;
      ${mark('', 'CREATE VIEW arrived AS SELECT 1;')}`);
    await rig().dev(['data', 'import', 'db', rig().path('words.sql'), '--no-snapshot', '--yes']);
    expect(await sql('SHOW TABLES LIKE "%arrived"; SHOW TRIGGERS')).toBe('arrived\n');
    await done('data', 'restore', 'db', '--name', 'first', '--no-snapshot', '--yes');
    expect(await sql(STATE)).toBe(whole);
  });
});

const FILL = `${Array.from({ length: 300 }, (_, n) => `SET k${String(n)} "v ${String(n)}"`).join('\n')}
SET soon x EX 1000
SELECT 3
HSET h a 1 b 2
`;

describe('Valkey', () => {
  it('brings back keys, times to live and databases, and has them after a restart', async () => {
    await keys(FILL);
    expect(await done('data', 'snapshot', 'cache', '--name', 'first')).toContain('BGSAVE');
    await keys('FLUSHALL\nSET other 1\n');
    expect(await done('data', 'restore', 'cache', '--name', 'first')).toContain('302 keys');
    const look = 'GET k7\nEXISTS other\nTTL soon\nSELECT 3\nHGET h b\nCONFIG GET masterauth\n';
    const there = (await keys(look)).trim().split('\n');
    expect(there[0]).toBe('v 7');
    expect(there[1]).toBe('0');
    expect(Number(there[2])).toBeGreaterThan(800);
    expect(there.slice(3)).toEqual(['OK', '2', 'masterauth']);
    await done('up', '--detach', '--no-watch', '--recreate=cache');
    expect(await keys('GET k299\nDBSIZE\n')).toBe('v 299\n301\n');
    expect((await inside('cache', 'ls -A /data /tmp; ls /proc | xargs')).stdout).not.toContain(
      'onestack_restoring',
    );
  });

  it('takes an RDB file, and is as it was after a damaged one', async () => {
    await done('data', 'export', 'cache', rig().path('out.rdb.gz'));
    await done('data', 'export', 'cache', rig().path('out.rdb'));
    await keys('DEL k7\n');
    const taken = await done(
      'data',
      'import',
      'cache',
      rig().path('out.rdb.gz'),
      '--no-snapshot',
      '--yes',
    );
    expect(taken).toContain('302 keys');
    expect(await keys('GET k7\n')).toBe('v 7\n');
    const whole = readFileSync(rig().path('out.rdb'));
    const wrong = Buffer.from(whole);
    wrong[wrong.length - 3] = (wrong.at(-3) ?? 0) ^ 0xff;
    const bad = {
      'cut.rdb': whole.subarray(0, -40),
      'wrong.rdb': wrong,
      'words.rdb': Buffer.from('hello'),
    };
    await keys('SET stays 1\n');
    for (const [name, bytes] of Object.entries(bad)) {
      writeFileSync(rig().path(name), bytes);
      const ran = await rig().dev([
        'data',
        'import',
        'cache',
        rig().path(name),
        '--no-snapshot',
        '--yes',
      ]);
      expect(ran.status, name).not.toBe(0);
      expect(ran.stderr, name).toContain('the data is as it was');
    }
    expect(await keys('GET stays\nGET k7\n')).toBe('1\nv 7\n');
  });

  it('goes on by itself when a restore was cut off while it followed the second server', async () => {
    await inside('cache', 'mkdir -m 700 /data/.onestack_restoring_00000001');
    await keys('REPLICAOF 127.0.0.1 1\n');
    expect(await keys('SET no 1\n')).toContain('READONLY');
    const ran = await rig().dev([
      'data',
      'restore',
      'cache',
      '--name',
      'first',
      '--no-snapshot',
      '--yes',
    ]);
    expect(ran.status, ran.stderr).toBe(0);
    expect(await keys('SET yes 1\nGET k7\n')).toBe('OK\nv 7\n');
    const left = (await inside('cache', 'ls -A /data; cat /proc/[0-9]*/cmdline | tr "\\0" " "'))
      .stdout;
    expect(left).not.toContain('onestack_restoring');
  });
});
