import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { removeLeftovers } from '../test/support/engine-leftovers.ts';
import { compare, rowText, timeCommand } from './measure.ts';

const ROOT = resolve(import.meta.dirname, '..');
const DEV = join(ROOT, 'dist/main.js');
const INSTALL_ROUNDS = 5;
const CHECK_ROUNDS = 9;
/** Editors must not cost anything: what lies in the clone is as quick as what lies in volumes. */
const BUDGET = 1.1;

interface Clone {
  readonly folder: string;
  readonly dev: (...args: readonly string[]) => Promise<number>;
  /** Another lockfile, of the same packages. */
  readonly touchLock: () => Promise<void>;
}

/** A module of the example by itself, up, with its dependencies in the clone or in volumes. */
async function clone(dependencies: 'shared' | 'container'): Promise<Clone> {
  const folder = await mkdtemp(join(tmpdir(), 'onestack-bench-installs-'));
  const isSource = (path: string): boolean => !/node_modules|\/dist$/.test(path);
  await cp(join(ROOT, 'examples/shop/common'), join(folder, 'common'), {
    recursive: true,
    filter: isSource,
  });
  const name = basename(folder).toLowerCase();
  const module = 'common: { image: node, compile: npm run -s build, artifact: [dist] }';
  await writeFile(join(folder, 'dev.yaml'), `name: ${name}\nmodules:\n  ${module}\n`);
  await writeFile(join(folder, 'dev.settings.yaml'), `dependencies: ${dependencies}\n`);
  const dev = (...args: readonly string[]): Promise<number> =>
    timeCommand({ argv: ['node', DEV, ...args], cwd: folder });
  let version = 0;
  const touchLock = async (): Promise<void> => {
    version += 1;
    for (const file of ['package.json', 'package-lock.json']) {
      const path = join(folder, 'common', file);
      const text = await readFile(path, 'utf8');
      await writeFile(path, text.replace(/"version": "[^"]*"/, `"version": "1.0.${version}"`));
    }
  };
  await dev('up', '--yes', '--quiet', '--detach', '--no-watch');
  return { folder, dev, touchLock };
}

async function remove({ folder, dev }: Clone): Promise<void> {
  await dev('down', '--volumes', '--no-snapshot').catch(() => undefined);
  await removeLeftovers(basename(folder).toLowerCase());
  await rm(folder, { recursive: true, force: true });
}

/** Installs and checks with `dependencies: shared` against `dependencies: container`. */
export async function* benchInstalls(): AsyncGenerator<string> {
  const clones = await Promise.all([clone('shared'), clone('container')]);
  const [shared, container] = clones;
  const installed = async ({ dev, touchLock }: Clone): Promise<number> => {
    await touchLock();
    return dev('up', '--yes', '--quiet', '--detach', '--no-watch');
  };
  const checked = ({ dev }: Clone): Promise<number> => dev('check', 'common', '--only', 'compile');
  const against = 'dependencies: shared, against container';
  try {
    const rows = [
      await compare(
        `install and up, ${against}`,
        BUDGET,
        INSTALL_ROUNDS,
        () => installed(shared),
        () => installed(container),
      ),
      await compare(
        `compile, ${against}`,
        BUDGET,
        CHECK_ROUNDS,
        () => checked(shared),
        () => checked(container),
      ),
    ];
    yield* rows.map(rowText);
  } finally {
    for (const one of clones) await remove(one);
  }
}
