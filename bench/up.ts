import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { compare, timeCommand, type Row } from './measure.ts';

const ROOT = resolve(import.meta.dirname, '..');
/** As people start it: through the launcher. */
const DEV = join(ROOT, 'dev');
/** As with a pinned version: the launcher of a checkout looks through all sources of the tool besides. */
const PINNED = { ...process.env, ONESTACK_HOME: ROOT };
const WARM_ROUNDS = 11;
const COLD_ROUNDS = 5;
const COMMAND_ROUNDS = 9;

/** The start of the command itself, which every other figure contains. */
export async function benchStart(): Promise<Row> {
  await timeCommand({ argv: [DEV, '--version'] });
  return compare(
    'dev --version, against node -e 0',
    1.5,
    21,
    () => timeCommand({ argv: [DEV, '--version'], env: PINNED }),
    () => timeCommand({ argv: ['node', '-e', '0'] }),
  );
}

/**
 * Small commands against what they cannot do without: a start of Node, and the engine's own answer.
 * @param dev runs one in the example, which is up.
 */
async function benchCommands(
  dev: (...args: string[]) => Promise<number>,
  shop: string,
): Promise<Row[]> {
  const file = join(shop, '.dev/compose.yaml');
  const listed = ['compose', '-f', file, 'ps', '--quiet', 'api'];
  const api = execFileSync('docker', listed, { encoding: 'utf8' }).trim();
  const engine = (...args: string[]) => timeCommand({ argv: ['docker', ...args], cwd: shop });
  const commands: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['dev status', ['status'], ['ps', '-a']],
    ['dev urls', ['urls'], ['ps']],
    ['dev shell api -- true', ['shell', 'api', '--', 'true'], ['exec', api, 'true']],
    ['dev logs --tail 1', ['logs', '--tail', '1'], ['logs', '--tail', '1', api]],
    ['dev probe quote', ['probe', 'quote'], ['exec', api, 'true']],
  ];
  const rows: Row[] = [];
  for (const [what, ours, theirs] of commands) {
    rows.push(
      await compare(
        `${what}, against node -e 0 and docker ${theirs[0] ?? ''}`,
        1.6,
        COMMAND_ROUNDS,
        () => dev(...ours),
        async () => (await timeCommand({ argv: ['node', '-e', '0'] })) + (await engine(...theirs)),
      ),
    );
  }
  return rows;
}

/** `dev up` of the example against Compose on the very file that it merged. */
export async function* benchUp(): AsyncGenerator<Row> {
  const folder = await mkdtemp(join(tmpdir(), 'onestack-bench-'));
  const shop = join(folder, 'shop');
  await cp(join(ROOT, 'examples/shop'), shop, {
    recursive: true,
    filter: (path) => !/node_modules|\/\.dev$|dev\.settings\.yaml/.test(path),
  });
  const dev = (...args: string[]): Promise<number> =>
    timeCommand({
      argv: [DEV, '--project', shop, '--yes', '--quiet', ...args],
      cwd: shop,
      env: PINNED,
    });
  const compose = (...args: string[]): Promise<number> => {
    const file = join(shop, '.dev/compose.yaml');
    return timeCommand({ argv: ['docker', 'compose', '-f', file, ...args], cwd: shop });
  };
  // Built from the checkout, once.
  await timeCommand({ argv: [DEV, '--version'] });
  try {
    await dev('up', '--detach');
    // The session's first checks would be measured besides.
    await dev('check');
    yield await compare(
      'dev up, nothing to do',
      0.15,
      WARM_ROUNDS,
      () => dev('up', '--detach'),
      () => compose('up', '-d'),
    );
    yield* await benchCommands(dev, shop);
    yield await compare(
      'dev up, images built, nothing running',
      0.85,
      COLD_ROUNDS,
      async () => {
        await dev('down');
        return dev('up', '--detach', '--no-watch');
      },
      async () => {
        await dev('down');
        return compose('up', '-d', '--wait');
      },
    );
  } finally {
    await dev('down', '--volumes', '--no-snapshot').catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  }
}
