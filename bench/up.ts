import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { compare, timeCommand, type Row } from './measure.ts';

const ROOT = resolve(import.meta.dirname, '..');
/** As people start it: through the launcher. */
const DEV = join(ROOT, 'dev');
const WARM_ROUNDS = 11;
const COLD_ROUNDS = 5;

/** The start of the command itself, which every other figure contains. */
export function benchStart(): Promise<Row> {
  return compare(
    'dev --version, against node -e 0',
    1.5,
    21,
    () => timeCommand({ argv: [DEV, '--version'] }),
    () => timeCommand({ argv: ['node', '-e', '0'] }),
  );
}

/** `dev up` of the example against Compose on the very file that it merged. */
export async function benchUp(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'onestack-bench-'));
  const shop = join(folder, 'shop');
  await cp(join(ROOT, 'examples/shop'), shop, {
    recursive: true,
    filter: (path) => !/node_modules|\/\.dev$|dev\.settings\.yaml/.test(path),
  });
  const dev = (...args: string[]): Promise<number> =>
    timeCommand({ argv: [DEV, '--project', shop, '--yes', '--quiet', ...args], cwd: shop });
  const compose = (...args: string[]): Promise<number> => {
    const file = join(shop, '.dev/compose.yaml');
    return timeCommand({ argv: ['docker', 'compose', '-f', file, ...args], cwd: shop });
  };
  try {
    await dev('up', '--detach');
    const warm = await compare(
      'dev up, nothing to do',
      0.3,
      WARM_ROUNDS,
      () => dev('up', '--detach'),
      () => compose('up', '-d'),
    );
    const cold = await compare(
      'dev up, images built, nothing running',
      1.1,
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
    return [warm, cold];
  } finally {
    await dev('down', '--volumes').catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  }
}
