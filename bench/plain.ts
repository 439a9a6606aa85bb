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

/** Three builds, and what waits for what; health checks as most files have them. */
const COMPOSE = (healthy: boolean): string => {
  const check = (test: string): string =>
    healthy ? `\n    healthcheck: { test: ${test}, interval: 5s }` : '';
  const waits = healthy ? 'service_healthy' : 'service_started';
  return `services:
  db:
    image: ${BASE}
    command: sleep infinity
    init: true${check("[CMD, 'true']")}
  api:
    build: { context: ., dockerfile: api.Dockerfile }
    init: true
    depends_on: { db: { condition: ${waits} } }${check('[CMD, test, -e, /tmp/ready]')}
  worker:
    build: { context: ./worker }
    init: true
    depends_on: { api: { condition: ${waits} } }
  web:
    build: { context: ./web, args: { MODE: dev } }
    init: true
    ports: ['127.0.0.1::80']
`;
};
const dockerfile = (command: string): string =>
  `FROM ${BASE}\nARG MODE\nWORKDIR /app\nCOPY . .\nRUN ls -R . | cksum >/tmp/sum\nCMD ${command}\n`;

async function plainRepository(files: number, healthy: boolean): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'onestack-bench-plain-'));
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  await write('compose.yaml', COMPOSE(healthy));
  await write('.dockerignore', '.git\n.dev\n**/*.log\nworker\nweb\n');
  await write('api.Dockerfile', dockerfile('touch /tmp/ready; exec sleep infinity'));
  for (const name of ['worker', 'web']) {
    await write(`${name}/Dockerfile`, dockerfile('exec sleep infinity'));
    await write(`${name}/main`, name);
  }
  for (let index = 0; index < files; index += 1) {
    const within = join(folder, 'src', String(index % FOLDERS));
    if (index < FOLDERS) await mkdir(within, { recursive: true });
    await writeFile(join(within, `${String(index)}.ts`), String(index));
  }
  return folder;
}

/** A repository for either: to one, what the other made is to be made anew. */
interface Side {
  readonly folder: string;
  run(...args: readonly string[]): Promise<number>;
  /** No build has its sources yet. */
  edit(): Promise<void>;
}

/** Of no bench before: the builder has what those have built. */
let edits = Date.now();

async function sideOf(
  argv: readonly string[],
  more: readonly string[],
  repository: readonly [files: number, healthy: boolean],
): Promise<Side> {
  const folder = await plainRepository(...repository);
  // As with a pinned version.
  const env = { ...process.env, ONESTACK_HOME: ROOT };
  return {
    folder,
    run: (...args) => timeCommand({ argv: [...argv, ...args, ...more], cwd: folder, env }),
    async edit() {
      edits += 1;
      for (const path of ['src/0/0.ts', 'worker/main', 'web/main']) {
        await writeFile(join(folder, path), String(edits));
      }
    },
  };
}

/** Two copies of a repository, for as long as they are worked with. */
async function withSides<T>(
  repository: readonly [files: number, healthy: boolean],
  work: (dev: Side, compose: Side) => Promise<T>,
): Promise<T> {
  const dev = await sideOf([DEV], ['--yes', '--quiet'], repository);
  const compose = await sideOf(['docker', 'compose'], [], repository);
  try {
    return await work(dev, compose);
  } finally {
    await dev.run('down', '--volumes', '--no-snapshot').catch(() => undefined);
    await dev.run('clean').catch(() => undefined);
    for (const { folder } of [dev, compose]) {
      const down = ['compose', 'down', '--rmi', 'local', '--volumes', '--timeout', '1'];
      await timeCommand({ argv: ['docker', ...down], cwd: folder }).catch(() => undefined);
      await rm(folder, { recursive: true, force: true });
    }
  }
}

const UP = ['up', '--detach', '--no-watch'] as const;
const THEIR_UP = ['up', '-d', '--wait', '--build'] as const;

const cold = (what: string, healthy: boolean): Promise<Row> =>
  withSides([200, healthy], (dev, compose) =>
    compare(
      what,
      1.05,
      COLD_ROUNDS,
      async () => {
        await dev.run('down');
        await dev.edit();
        return dev.run(...UP);
      },
      async () => {
        await compose.run('down', '--timeout', '1');
        await compose.edit();
        return compose.run(...THEIR_UP);
      },
    ),
  );

/** A stranger's Compose file as it is, in a folder without anything of ours, against Compose itself. */
export async function* benchPlain(): AsyncGenerator<Row> {
  // Builds the tool and the image, once.
  await timeCommand({ argv: [DEV, 'images', 'build', 'os', '--yes'], cwd: SHOP });
  const listed = ['images', '--quiet', 'onestack/os'];
  const [image = ''] = execFileSync('docker', listed, { encoding: 'utf8' }).split('\n');
  execFileSync('docker', ['tag', image, BASE]);
  try {
    yield await cold('dev up, a plain Compose repository, cold', true);
    yield await cold('the same without health checks', false);
    yield await withSides([20_000, true], async (dev, compose) => {
      await dev.run(...UP);
      await compose.run(...THEIR_UP);
      return compare(
        'nothing to do, 20,000 files in its context',
        0.3,
        WARM_ROUNDS,
        () => dev.run(...UP),
        () => compose.run(...THEIR_UP),
      );
    });
  } finally {
    execFileSync('docker', ['rmi', BASE], { stdio: 'ignore' });
  }
}
