import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { rigForSuite } from '../support/rig.ts';
import { waitFor } from '../support/wait-for.ts';

const GOODS = `CREATE TABLE public.goods (id integer PRIMARY KEY);
COPY public.goods (id) FROM stdin;
7
8
9
\\.
`;
/** The same, packed by `zstd`. */
const GOODS_ZSTD = Buffer.from(
  'KLUv/SRgvQIA9ARDUkVBVEUgVEFCTEUgcHVibGljLmdvb2RzIChpZCBpbnRlZ2VyIFBSSU1BUlkgS0VZKTsKQ09QWSkgRlJPTSBzdGRpbjsKNwo4CjkKXC4KAQD4ZgUFPpTlMQ==',
  'base64',
);

const rig = rigForSuite({
  files: {
    'dev.yaml': 'name: data\nservices:\n  db: { from: postgres }\n',
    'compose/base.yaml': `
services:
  db:
    environment: { POSTGRES_USER: shop, POSTGRES_DB: shop }
  files:
    image: onestack/os
    init: true
    stop_grace_period: 1s
    command: sleep infinity
    user: '0:0'
    # As every client is told, and no database is by it.
    environment: { POSTGRES_HOST: db, POSTGRES_USER: shop }
    volumes: ['things:/things']
  api:
    image: onestack/os
    init: true
    command: sleep infinity
    environment: { REDIS_URL: 'redis://cache', POSTGRES_HOST: db }
volumes: { things: {} }
`,
  },
});

async function done(...args: readonly string[]): Promise<string> {
  const ran = await rig().dev(args);
  expect(ran.status, rig().transcript()).toBe(0);
  return ran.stdout;
}

const sql = (text: string): Promise<string> =>
  done('shell', 'db', '--', 'psql', '-XAtq', '-U', 'shop', 'shop', '-c', text);
const inFiles = (script: string): Promise<string> =>
  done('shell', 'files', '--', 'sh', '-c', script);
const databases = (): Promise<string> => sql('SELECT datname FROM pg_database ORDER BY 1');
const ONLY_OURS = 'postgres\nshop\ntemplate0\ntemplate1\n';

beforeAll(async () => {
  await done('up', '--yes', '--detach', '--no-watch');
  await sql(
    `CREATE ROLE reader; CREATE TABLE orders (id int PRIMARY KEY, note text);
     INSERT INTO orders SELECT g, E'a\\nb\\\\' || g FROM generate_series(1, 3000) g;
     GRANT SELECT ON orders TO reader; ALTER DATABASE shop SET statement_timeout TO '77s'`,
  );
});

const STATE = `SELECT count(*), md5(string_agg(id || note, ',' ORDER BY id)),
  has_table_privilege('reader', 'orders', 'SELECT'), current_setting('statement_timeout') FROM orders`;

describe('snapshots of a database', () => {
  it('are of all that has data where none is named, not of those who use it', async () => {
    const saved = await done('data', 'snapshot', '--name', 'all', '--json');
    const services = [...saved.matchAll(/"service": *"([^"]+)"/g)].map(([, name]) => name);
    expect(new Set(services)).toEqual(new Set(['db', 'files']));
    const { status, stderr } = await rig().dev(['data', 'snapshot', 'api']);
    expect([status, stderr]).toEqual([2, expect.stringContaining('api has no data')]);
  });

  it('bring back what was there, and keep what they replace', async () => {
    const before = await sql(STATE);
    expect(await done('data', 'snapshot', 'db', '--name', 'first')).toContain('saved db as first');
    await sql('DELETE FROM orders WHERE id > 5; DROP TABLE IF EXISTS goods; CREATE TABLE late ()');
    const restored = await done('data', 'restore', 'db', '--name', 'first');
    expect(restored).toContain('1 table, 3000 rows');
    expect(await sql(STATE)).toBe(before);
    expect(await databases()).toBe(ONLY_OURS);

    const listed = JSON.parse(await done('data', 'list', '--json')) as {
      snapshots: { name: string; reason: string; rows: object; engineVersion: string }[];
    };
    const [kept, first] = listed.snapshots;
    expect(first).toMatchObject({ name: 'first', rows: { 'public.orders': 3000 } });
    expect(first?.engineVersion).toMatch(/^17\./);
    expect(kept).toMatchObject({
      reason: 'restore',
      rows: { 'public.orders': 5, 'public.late': 0 },
    });
    await done('data', 'restore', 'db', '--name', kept?.name ?? '', '--no-snapshot', '--yes');
    expect(await sql('SELECT count(*) FROM orders')).toBe('5\n');
    await done('data', 'restore', 'db');
    expect(await sql(STATE)).toBe(before);
  });

  it('are the person’s alone, and hold no password', async () => {
    const folder = join(rig().places().snapshots, 'service-db', 'first');
    for (const name of readdirSync(folder)) {
      expect(statSync(join(folder, name)).mode & 0o777, name).toBe(0o600);
    }
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const password = (await rig().run(['cat', join(rig().places().secrets, 'db-password')])).stdout;
    expect(password.length).toBeGreaterThan(8);
    const shown = rig()
      .transcript()
      .replaceAll(/^.*db-password.*\n.*$/gm, '');
    expect(shown.split(password).length - 1).toBeLessThanOrEqual(1);
  });

  it('are not taken twice under one name, and go when they are pruned', async () => {
    expect((await rig().dev(['data', 'snapshot', 'db', '--name', 'first'])).stderr).toContain(
      'there is a snapshot first of db already',
    );
    const both = await Promise.all(
      ['one', 'two'].map((name) => rig().dev(['data', 'snapshot', 'db', '--name', name])),
    );
    expect(both.map(({ status }) => status)).toEqual([0, 0]);
    expect(await done('data', 'prune', 'db', '--keep', '1', '--dry-run')).toContain('would remove');
    await done('data', 'prune', 'db', '--keep', '1');
    expect((await done('data', 'list', 'db')).trim().split('\n')).toHaveLength(2);
  });
});

describe('a reset', () => {
  it('saves the data first, and says how it comes back', async () => {
    const before = await sql(STATE);
    const reset = await rig().dev(['up', '--detach', '--no-watch', '--reset-data=db']);
    expect(reset.status, rig().transcript()).toBe(0);
    const [, name = ''] = /dev data restore db --name (\S+)/.exec(reset.stderr) ?? [];
    expect(name).toMatch(/^before-reset-/);
    expect(await sql("SELECT to_regclass('orders')")).toBe('\n');
    // Of the database only: roles are the server's.
    await sql('CREATE ROLE reader');
    await done('data', 'restore', 'db', '--name', name, '--no-snapshot', '--yes');
    expect((await sql(STATE)).split('|').slice(0, 3)).toEqual(before.split('|').slice(0, 3));
  });
});

describe('dumps of others', () => {
  it.each([
    ['goods.sql', Buffer.from(GOODS)],
    ['goods.sql.gz', gzipSync(GOODS)],
    ['goods.sql.zst', GOODS_ZSTD],
  ])('%s is taken', async (name, bytes) => {
    writeFileSync(rig().path(name), bytes);
    const taken = await done('data', 'import', 'db', rig().path(name), '--no-snapshot', '--yes');
    expect(taken).toContain('1 table, 3 rows');
    expect(await sql('SELECT sum(id) FROM goods; DELETE FROM goods')).toBe('24\n');
  });

  it('that are none, or want more than the database, change nothing', async () => {
    const bad: Readonly<Record<string, string | Buffer>> = {
      'words.sql': 'hello\n',
      'comments.sql': '-- nothing\n',
      'inline.sql': 'CREATE TABLE x (); SELECT 1 \\! touch /tmp/taken\n',
      'newer.sql': '-- Dumped from database version 99.1\nCREATE TABLE x ();\n',
      'cut.sql.gz': gzipSync(GOODS).subarray(0, -9),
    };
    const snapshots = await done('data', 'list', '--json');
    for (const [name, text] of Object.entries(bad)) {
      writeFileSync(rig().path(name), text);
      // One saves what is there first, and has no need of it afterwards.
      const saves = name === 'inline.sql' ? [] : ['--no-snapshot'];
      const args = ['data', 'import', 'db', rig().path(name), ...saves, '--yes'];
      const ran = await rig().dev(args);
      expect(ran.status, name).not.toBe(0);
      expect(ran.stderr, name).toContain('the data is as it was');
    }
    expect(await sql("SELECT to_regclass('goods'), to_regclass('x')")).toBe('goods|\n');
    expect(await databases()).toBe(ONLY_OURS);
    expect(await done('shell', 'db', '--', 'ls', '/tmp')).not.toContain('taken');
    expect((await rig().dev(['data', 'import', 'files', 'words.sql', '--yes'])).status).not.toBe(0);
    expect(await done('data', 'list', '--json')).toBe(snapshots);
  });

  it('leave the old data whole when dev is killed while they are loaded', async () => {
    await sql('INSERT INTO goods VALUES (1)');
    rig().write('slow.sql', `${GOODS}SELECT pg_sleep(600);\n`);
    const args = ['data', 'import', 'db', rig().path('slow.sql'), '--no-snapshot', '--yes'];
    const running = rig().startDev(args);
    const beside = async (): Promise<boolean> => (await databases()).includes('onestack_restoring');
    await waitFor('the database beside', beside);
    running.kill('SIGKILL');
    await running.finished;
    expect(await sql('SELECT id FROM goods')).toBe('1\n');
    // The next one clears away what is left.
    await done('data', 'restore', 'db', '--no-snapshot', '--yes');
    expect(await databases()).toBe(ONLY_OURS);
    expect(await sql('SELECT count(*) FROM orders')).toBe('3000\n');
  });

  it('are what export writes', async () => {
    const before = await sql(STATE);
    await done('data', 'export', 'db', rig().path('out.sql.gz'));
    await sql('DROP TABLE orders');
    await done('data', 'import', 'db', rig().path('out.sql.gz'), '--no-snapshot', '--yes');
    expect(await sql(STATE)).toBe(before);
    const again = await rig().dev(['data', 'export', 'db', rig().path('out.sql.gz')]);
    expect(again.stderr).toContain('is there already');
    for (const name of ['-', 'out.sql.zst', 'OUT.ZIP']) {
      const refused = await rig().dev(['data', 'export', 'db', name]);
      expect([name, refused.status, refused.stderr]).toEqual([
        name,
        2,
        expect.stringMatching(/writes files|does not pack with/),
      ]);
    }
  });
});

/** Every file with its kind, mode, owner, size, link and time, and the bytes of all. */
const LOOK =
  "cd /things && find . -printf '%p %y %m %U:%G %n %l %T@\\n' | sort && find . -type f -exec cat {} + | sha256sum";

describe('snapshots of volumes', () => {
  it('bring back names, modes, owners and links as they were', async () => {
    await inFiles(`cd /things && mkdir -p a/b && echo one >a/b/one && ln a/b/one hard && ln -s /etc/passwd soft
      printf x >"$(printf 'odd\\nname ')" && chmod 4751 hard && chown 4321:1234 a && chmod 1777 . && mkfifo pipe
      touch -d '2001-02-03 04:05:06.789' a/b/one && touch .hidden -- -dash`);
    const before = await inFiles(LOOK);
    await done('data', 'snapshot', 'files', '--name', 'tree');
    await inFiles(
      'cd /things && rm -r a && echo new >soft-too && chmod 700 . && echo other >>hard',
    );
    await done('data', 'restore', 'files', '--name', 'tree');
    expect(await inFiles(LOOK)).toBe(before);
  });

  it('and exports are of one moment: whoever writes is stopped meanwhile', async () => {
    // Two files that are only ever the same, as far as nobody looks in between.
    const writes =
      'cd /things; n=0; while :; do n=$((n + 1)); echo $n >.t; mv .t one; echo $n >.t; mv .t two; done';
    const container = `${rig().name}-files-1`;
    await rig().run(['docker', 'exec', '--detach', '--user', '0', container, 'sh', '-c', writes]);
    await inFiles('until [ -s /things/two ]; do sleep 0.05; done');
    const started = 'docker inspect --format {{.State.StartedAt}} ';
    const before = await rig().run(['sh', '-c', `${started}${container}`]);
    const told = await rig().dev(['data', 'export', 'files', rig().path('out.tar')]);
    expect(told.status, told.stderr).toBe(0);
    expect(told.stderr).toContain(
      'stopping files meanwhile: files are copied while nobody writes them',
    );
    const both = await rig().run([
      'sh',
      '-c',
      'mkdir out && tar -xf out.tar -C out && cat out/one out/two',
    ]);
    const [one, two] = both.stdout.split('\n').map(Number);
    // It may be killed between the two lines, not be copied while it goes on.
    expect(Number(one) - Number(two)).toBeLessThanOrEqual(1);
    const after = await rig().run(['sh', '-c', `${started}${container}`]);
    expect(after.stdout).not.toBe(before.stdout);
    expect(await inFiles('rm -f /things/one /things/two /things/.t && echo runs')).toBe('runs\n');
  });

  it('put right a swap that was cut off', async () => {
    const before = await inFiles('cd /things && find . | sort');
    // While old files were put aside, and when all of them were.
    await inFiles(`cd /things && mkdir -p .onestack-restore-00000001/new/x .onestack-restore-00000001/old
      mv a hard .onestack-restore-00000001/old`);
    await done('data', 'snapshot', 'files', '--name', 'back');
    expect(await inFiles('cd /things && find . | sort')).toBe(before);
    await inFiles(`mkdir /tmp/s && cd /things && mkdir .onestack-restore-00000002 && cd .onestack-restore-00000002
      mkdir new old && touch aside new/arrived && find .. -mindepth 1 -maxdepth 1 ! -name '.onestack*' -exec mv -t old {} +`);
    await done('data', 'snapshot', 'files', '--name', 'forward');
    expect(await inFiles('cd /things && find . | sort')).toBe('.\n./arrived\n');
    await done('data', 'restore', 'files', '--name', 'back', '--no-snapshot', '--yes');
    expect(await inFiles('cd /things && find . | sort')).toBe(before);
    // The machine went down in the midst: whoever comes next is `dev up`.
    const mark = join(dirname(rig().places().hooks), 'restoring.json');
    expect(existsSync(mark)).toBe(false);
    await inFiles(`cd /things && mkdir -p .onestack-restore-00000003/new/x .onestack-restore-00000003/old
      mv a hard .onestack-restore-00000003/old`);
    writeFileSync(mark, JSON.stringify({ volumes: [`${rig().name}_things`, 'gone_for_good'] }));
    const up = await rig().dev(['up', '--yes', '--detach', '--no-watch']);
    expect(up.status, up.stderr).toBe(0);
    expect(up.stderr).toContain('a restore was cut off; its files were put right (back)');
    expect(existsSync(mark)).toBe(false);
    expect(await inFiles('cd /things && find . | sort')).toBe(before);
  });
});

describe('dev down --volumes', () => {
  it('saves the data first, also of what does not run any more', async () => {
    await inFiles('echo kept >/things/kept');
    await done('down');
    const told = (await rig().dev(['down', '--volumes'])).stderr;
    const [, name = ''] = /dev data restore files --name (\S+)/.exec(told) ?? [];
    expect(told).toContain('the data of db is kept');
    await done('up', '--detach', '--no-watch', 'files');
    expect(await inFiles('ls /things')).toBe('');
    await done('data', 'restore', 'files', '--name', name, '--no-snapshot', '--yes');
    expect(await inFiles('cat /things/kept')).toBe('kept\n');
  });
});
