import { expect, it } from 'vitest';
import { rigForTest, type Rig } from '../support/rig.ts';
import { runProgram } from '../support/run-program.ts';

const IMAGE = `FROM debian:trixie-slim
WORKDIR /app
COPY version .
RUN mkdir -p node_modules/dep && cp version node_modules/dep/version
`;

const stack = (network: string): string => `
services:
  db:
    build: { context: ., dockerfile: data.Dockerfile }
    command: sleep infinity
    init: true
    networks: [back]
  web:
    build: .
    command: sleep infinity
    init: true
    volumes: ['./:/app', /app/node_modules]
networks:
  back: ${network}
`;

const FILES = {
  'compose.yaml': stack('{}'),
  Dockerfile: IMAGE,
  'data.Dockerfile': `${IMAGE}VOLUME /data\n`,
  version: 'one\n',
};

const NAME = /^[0-9a-f]{64}$/;

/** What the engine calls the volumes of a service's container. */
async function volumesOf(rig: Rig, service: string): Promise<readonly string[]> {
  const container = `${projectOf(rig)}-${service}-1`;
  const format = '{{range .Mounts}}{{if eq .Type "volume"}}{{.Name}} {{end}}{{end}}';
  const { stdout } = await runProgram(['docker', 'inspect', '--format', format, container]);
  const names = stdout.split(/\s+/).filter((name) => name !== '');
  for (const name of names) expect(name).toMatch(NAME);
  return names;
}

const projectOf = ({ directory }: Rig): string => directory.split('/').at(-1)?.toLowerCase() ?? '';

async function existing(names: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await runProgram(['docker', 'volume', 'ls', '--quiet']);
  const all = new Set(stdout.split('\n'));
  return names.filter((name) => all.has(name));
}

async function up(rig: Rig): Promise<void> {
  const done = await rig.dev(['up', '--detach', '--no-watch', '--yes']);
  expect(done.status, done.stderr).toBe(0);
}

const inside = async (rig: Rig, service: string, script: string): Promise<string> =>
  (await rig.run(['docker', 'compose', 'exec', '-T', service, 'sh', '-c', script])).stdout;

it('volumes without a name keep data, show the image, and are found again to be removed', async () => {
  const rig = rigForTest({ files: FILES });
  await up(rig);
  const data = await volumesOf(rig, 'db');
  const before = await volumesOf(rig, 'web');
  expect([data.length, before.length]).toEqual([1, 1]);
  await inside(rig, 'db', 'echo precious >/data/x');

  // The network is made anew, and the image is another one: the data is what it was.
  rig.write('compose.yaml', stack('{ internal: true }'));
  rig.write('version', 'two\n');
  const planned = await rig.dev(['up', '--dry-run']);
  expect(planned.stdout).toContain('recreate network back (internal) → stops db');
  expect(planned.stdout).toMatch(/recreate web with a new \/app\/node_modules: .*version changed/);
  await up(rig);
  expect(await inside(rig, 'db', 'cat /data/x')).toBe('precious\n');
  expect(await volumesOf(rig, 'db')).toEqual(data);
  // Compose would hand on what was installed for the image before.
  expect(await inside(rig, 'web', 'cat node_modules/dep/version')).toBe('two\n');
  expect(await existing(before)).toEqual([]);
  expect((await rig.dev(['up', '--dry-run'])).stdout).toBe('nothing to do\n');

  const last = await volumesOf(rig, 'web');
  const down = await rig.dev(['down']);
  const kept = '2 volumes of data kept, without a name (of db, web): the next dev up begins with';
  expect(down.stdout).toContain(kept);
  expect(await existing([...data, ...last])).toHaveLength(2);
  // What nobody has any more is known still, after `clean` and beside what runs.
  expect((await rig.dev(['clean', '--yes'])).stdout).toContain(
    `kept: data volume ${data[0]?.slice(0, 12) ?? ''}…, of db and without a name`,
  );
  await up(rig);
  const more = await volumesOf(rig, 'db');
  const clean = await rig.dev(['clean', '--volumes', '--yes']);
  expect(clean.stdout, clean.stderr).not.toContain('kept:');
  expect(await existing([...data, ...last, ...more])).toEqual([]);
  expect((await rig.dev(['clean', '--dry-run'])).stdout).toBe('nothing is left of this project\n');
});
