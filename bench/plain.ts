import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { compare, timeCommand, type Row } from './measure.ts';

/** As people have images of a registry: under a name that Compose knows. */
const BASE = 'onestack-bench/os';
const ROOT = resolve(import.meta.dirname, '..');
const SHOP = join(ROOT, 'examples/shop');
const DEV = join(ROOT, 'dev');
const COLD_ROUNDS = 5;
const WARM_ROUNDS = 9;
const FOLDERS = 100;
const FILES_IN_EACH = 200;

/** Three builds, one of a context of 20,000 files, and what waits for what. */
const COMPOSE = `services:
  db:
    image: ${BASE}
    command: sleep infinity
    init: true
    healthcheck: { test: [CMD, 'true'], interval: 1s }
  api:
    build: { context: ., dockerfile: api.Dockerfile }
    init: true
    depends_on: { db: { condition: service_healthy } }
    healthcheck: { test: [CMD, test, -e, /tmp/ready], interval: 1s }
  worker:
    build: { context: ./worker }
    init: true
    depends_on: { api: { condition: service_healthy } }
  web:
    build: { context: ./web, args: { MODE: dev } }
    init: true
    ports: ['127.0.0.1::80']
`;
const dockerfile = (command: string): string =>
  `FROM ${BASE}\nARG MODE\nWORKDIR /app\nCOPY . .\nRUN ls -R . | cksum >/tmp/sum\nCMD ${command}\n`;

async function plainRepository(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'onestack-bench-plain-'));
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  await write('compose.yaml', COMPOSE);
  await write('.dockerignore', '.git\n.dev\n**/*.log\nworker\nweb\n');
  await write('api.Dockerfile', dockerfile('touch /tmp/ready; exec sleep infinity'));
  for (const name of ['worker', 'web']) {
    await write(`${name}/Dockerfile`, dockerfile('exec sleep infinity'));
    await write(`${name}/main`, name);
  }
  for (let index = 0; index < FOLDERS; index += 1) {
    await mkdir(join(folder, `src/${String(index)}`), { recursive: true });
    for (let file = 0; file < FILES_IN_EACH; file += 1) {
      await writeFile(join(folder, `src/${String(index)}/${String(file)}.ts`), `${index} ${file}`);
    }
  }
  return folder;
}

/** A stranger's Compose file as it is, in a folder without anything of ours, against Compose itself. */
export async function* benchPlain(): AsyncGenerator<Row> {
  // Each has a copy: to either, what the other made is to be made anew.
  const [ours, theirs] = [await plainRepository(), await plainRepository()];
  // As with a pinned version.
  const env = { ...process.env, ONESTACK_HOME: ROOT };
  const dev = (...args: readonly string[]): Promise<number> =>
    timeCommand({ argv: [DEV, ...args, '--yes', '--quiet'], cwd: ours, env });
  const compose = (...args: readonly string[]): Promise<number> =>
    timeCommand({ argv: ['docker', 'compose', ...args], cwd: theirs });
  let round = 0;
  /** Nothing runs, and no build has its sources yet. */
  const edit = async (folder: string): Promise<void> => {
    round += 1;
    for (const path of ['src/0/0.ts', 'worker/main', 'web/main']) {
      await writeFile(join(folder, path), String(round));
    }
  };
  // Builds the tool and the image, once.
  await timeCommand({ argv: [DEV, 'images', 'build', 'os', '--yes'], cwd: SHOP });
  const listed = ['images', '--quiet', 'onestack/os'];
  const [image = ''] = execFileSync('docker', listed, { encoding: 'utf8' }).split('\n');
  execFileSync('docker', ['tag', image, BASE]);
  try {
    yield await compare(
      'dev up, a plain Compose repository, cold',
      1.05,
      COLD_ROUNDS,
      async () => {
        await dev('down');
        await edit(ours);
        return dev('up', '--detach', '--no-watch');
      },
      async () => {
        await compose('down', '--timeout', '1');
        await edit(theirs);
        return compose('up', '-d', '--wait', '--build');
      },
    );
    yield await compare(
      'the same, nothing to do, 20,000 files',
      0.3,
      WARM_ROUNDS,
      () => dev('up', '--detach', '--no-watch'),
      () => compose('up', '-d', '--wait', '--build'),
    );
  } finally {
    await dev('down', '--volumes', '--no-snapshot').catch(() => undefined);
    await compose('down', '--rmi', 'local', '--volumes', '--timeout', '1').catch(() => undefined);
    await dev('clean').catch(() => undefined);
    execFileSync('docker', ['rmi', BASE], { stdio: 'ignore' });
    for (const folder of [ours, theirs]) await rm(folder, { recursive: true, force: true });
  }
}
