import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { applyTool, mergeCompose, toPlain } from '../../src/compose/load/merge.ts';
import { instantiate, loadCatalogue } from '../../src/generate/catalogue.ts';
import { imageEdits } from '../../src/generate/tool-edits.ts';
import { createImageLab, value } from '../support/images.ts';
import { REPOSITORY } from '../support/rig.ts';
import { runProgram, type Outcome } from '../support/run-program.ts';
import { waitFor } from '../support/wait-for.ts';

const lab = createImageLab();
const SERVICES = { db: 'postgres', cache: 'redis', proxy: 'nginx' };
/** Readable by its owner only, who is nobody in the containers; hard to quote. */
const OWNER = { uid: 54_321, gid: 54_321 };

function secret(name: string, text: string): void {
  lab.write(`.dev/secrets/${name}`, text);
  lab.world.files.makeDirectory(`${lab.root}/.dev/secrets`);
}

function compose(...args: readonly string[]): Promise<Outcome> {
  return runProgram(['docker', 'compose', '-p', lab.name, '-f', `${lab.root}/all.yaml`, ...args]);
}

async function good(...args: readonly string[]): Promise<string> {
  const done = await compose(...args);
  if (done.status !== 0) throw new Error(`${args.join(' ')}: ${done.stdout}${done.stderr}`);
  return done.stdout;
}

const inService = (service: string, script: string): Promise<string> =>
  good('exec', '-T', service, 'bash', '-c', script);
const query = (sql: string): Promise<string> =>
  inService(
    'db',
    `PGPASSWORD="$(cat /run/secrets/password)" psql -h 127.0.0.1 -U shop -d orders -Atc "${sql}"`,
  );

beforeAll(async () => {
  value(await lab.build(Object.values(SERVICES)));
  lab.write('init/1.sql', 'create table seen (what text);');
  lab.write('site.conf', 'server { listen 80; return 200 "hello\\n"; }');
  secret('db-password', `it's "one" \\ $PATH`);
  secret('cache-password', 'say "two" \\ twice');
  const catalogue = loadCatalogue(lab.world.files, {
    root: lab.root,
    toolDirectory: REPOSITORY,
  });
  const layers = Object.entries(SERVICES).map(([name, from]) => {
    const entry = catalogue.get(from);
    if (entry === undefined) throw new Error(from);
    return value(instantiate(entry, name, lab.world.files));
  });
  const own = {
    services: {
      db: {
        environment: { POSTGRES_USER: 'shop', POSTGRES_DB: 'orders' },
        volumes: ['./init:/docker-entrypoint-initdb.d:ro'],
      },
      proxy: { volumes: ['./site.conf:/etc/nginx/conf.d/site.conf:ro'] },
    },
  };
  const merged = value(
    mergeCompose({
      layers: [...layers, { kind: 'tool', label: 'test', value: own }],
      projectDirectory: lab.root,
      projectName: lab.name,
      environment: {},
      profiles: [],
      interpolate: true,
      readFile: (path) => lab.world.files.read(path),
      display: (path) => path,
    }),
  );
  const references = new Map(
    [...lab.hierarchy()].map(([name, { reference }]) => [name, reference]),
  );
  const final = applyTool(merged, imageEdits(toPlain(merged), references));
  writeFileSync(`${lab.root}/all.yaml`, stringify(toPlain(final)));
  const owner = `${String(OWNER.uid)}:${String(OWNER.gid)}`;
  const secrets = ['db-password', 'cache-password'].map(
    (name) => `${lab.root}/.dev/secrets/${name}`,
  );
  await runProgram(['chmod', '600', ...secrets]);
  // Only root can give files away; anybody else tests with secrets of their own.
  if (process.getuid?.() === 0) await runProgram(['chown', owner, ...secrets]);
  await good('up', '--detach', '--wait');
});

afterAll(() => lab.remove());

describe('ready services', () => {
  it('take their passwords from secrets of another owner, with any characters in them', async () => {
    expect(await query('select current_user')).toBe('shop\n');
    const redis = 'REDISCLI_AUTH="$(cat /run/secrets/password)" redis-cli set a b';
    expect(await inService('cache', redis)).toBe('OK\n');
  });

  it('let nobody in without, over the network', async () => {
    const without = await compose(
      ...['exec', '-T', 'db', 'bash', '-c', 'PGPASSWORD=no psql -h 127.0.0.1 -U shop orders -c ""'],
    );
    expect(without.stderr).toContain('password authentication failed');
    expect(await inService('cache', 'redis-cli get a')).toContain('NOAUTH');
  });

  it('never have a password on a command line or in the log', async () => {
    const all = await inService('db', 'cat /proc/[0-9]*/cmdline | tr "\\0" " "');
    const lines = all + (await inService('cache', 'cat /proc/[0-9]*/cmdline | tr "\\0" " "'));
    expect(lines).toContain('postgres -D');
    expect(lines).toContain('redis-server');
    expect(lines + (await good('logs'))).not.toMatch(/"one"|"two"/);
  });

  it('do not run their servers as root', async () => {
    // The owner of /proc/PID is root's for a process that has given up being root.
    const users = (program: string): string =>
      `for p in $(grep -lsx "${program}" /proc/[0-9]*/comm); do grep ^Uid $(dirname $p)/status; done`;
    for (const [service, program] of [
      ['db', 'postgres'],
      ['cache', 'redis-server'],
    ] as const) {
      const ids = (await inService(service, users(program))).match(/\d+/g) ?? [];
      expect(ids.length, service).toBeGreaterThan(0);
      expect(ids, service).not.toContain('0');
    }
  });

  it('ran the scripts of a new database once', async () => {
    await query("insert into seen values ('kept')");
    expect(await query('select what from seen')).toBe('kept\n');
  });

  it('open an old volume with a new password, after an unclean end too', async () => {
    await runProgram(['sh', '-c', `printf another >${lab.root}/.dev/secrets/db-password`]);
    await good('kill', 'db', 'cache');
    await good('up', '--detach', '--wait');
    expect(await query('select what from seen')).toBe('kept\n');
    const redis = 'REDISCLI_AUTH="$(cat /run/secrets/password)" redis-cli get a';
    expect(await inService('cache', redis)).toBe('b\n');
  });

  it('serve what the project mounts', async () => {
    const request =
      'exec 3<>/dev/tcp/127.0.0.1/80; printf "GET / HTTP/1.0\\r\\n\\r\\n" >&3; tail -1 <&3';
    expect(await inService('proxy', request)).toBe('hello\n');
  });

  it('begin a database anew whose making was killed', async () => {
    await good('rm', '--stop', '--force', 'db');
    await runProgram(['docker', 'volume', 'rm', `${lab.name}_db-data`]);
    await good('create', 'db');
    const volume = ['--volume', `${lab.name}_db-data:/data`];
    const half = 'mkdir -p /data/initialising/base && echo 17 >/data/initialising/PG_VERSION';
    const image = lab.hierarchy().get('os')?.reference ?? '';
    await runProgram([
      ...['docker', 'run', '--rm', '--user', '0', ...volume, image, 'sh', '-c', half],
    ]);
    await good('up', '--detach', '--wait', 'db');
    expect(await query('select count(*) from seen')).toBe('0\n');
  });

  it('end at once while a database is being made, which the next start begins anew', async () => {
    await good('rm', '--stop', '--force', 'db');
    await runProgram(['docker', 'volume', 'rm', `${lab.name}_db-data`]);
    await good('up', '--detach', 'db');
    const isMaking = async (): Promise<boolean> =>
      (await good('logs', 'db')).includes('making a new database');
    await waitFor('the making of the database', isMaking);
    await good('stop', 'db');
    // 137: the signal was lost, and the engine waited for the end of its patience.
    expect(await good('ps', '--all', '--format', '{{.ExitCode}}', 'db')).toBe('130\n');
    await good('up', '--detach', '--wait', 'db');
    expect(await query('select count(*) from seen')).toBe('0\n');
  });

  it('end at once while a database recovers from an unclean end', async () => {
    await good('kill', 'db');
    // In the place of a server that takes minutes to recover.
    lab.write('slow', '#!/bin/sh\necho recovering >&2\nexec sleep 300\n');
    await runProgram(['chmod', '755', `${lab.root}/slow`]);
    const name = `${lab.name}-recovering`;
    const mounts = [
      `${lab.name}_db-data:/var/lib/postgresql/data`,
      `${lab.root}/slow:/usr/lib/postgresql/17/bin/postgres:ro`,
      `${lab.root}/.dev/secrets/db-password:/password:ro`,
    ].flatMap((mount) => ['--volume', mount]);
    const image = lab.hierarchy().get('postgres')?.reference ?? '';
    const environment = ['--env', 'POSTGRES_PASSWORD_FILE=/password'];
    await runProgram([
      'docker',
      'run',
      '--detach',
      '--name',
      name,
      ...environment,
      ...mounts,
      image,
    ]);
    const logs = (): Promise<Outcome> => runProgram(['docker', 'logs', name]);
    await waitFor('the recovery', async () => (await logs()).stderr.includes('recovering'));
    await runProgram(['docker', 'stop', '--time', '60', name]);
    const format = '{{.State.ExitCode}}';
    const ended = await runProgram(['docker', 'inspect', '--format', format, name]);
    await runProgram(['docker', 'rm', '--force', name]);
    expect(ended.stdout).toBe('130\n');
    await good('up', '--detach', '--wait', 'db');
    expect(await query('select count(*) from seen')).toBe('0\n');
  });

  it('end cleanly', async () => {
    await good('stop');
    const status = await good('ps', '--all', '--format', '{{.Service}} {{.ExitCode}}');
    expect(status.trim().split('\n').sort()).toEqual(['cache 0', 'db 0', 'proxy 0']);
  });
});
