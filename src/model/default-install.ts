import { imageFamily } from './image-version.ts';
import type { Install } from './module.ts';
import { isMapping, mappingAt } from './plain.ts';

/** One way of locking dependencies: which file tells it, and what then has to be done. */
interface Ecosystem {
  /** Base images that it belongs to; only asked when a module has lockfiles of several. */
  readonly images: readonly string[];
  readonly lockfile: string;
  /** The package manager of Node that it is of. */
  readonly manager?: string;
  /** Further files that change what is installed, if they are there. */
  readonly manifests: readonly string[];
  readonly run: string;
  /** The same without what only development needs; undefined where the artifact holds it all. */
  readonly production?: string;
  readonly directories: readonly string[];
  /** Folders of its cache that editors on the host read. */
  readonly caches?: readonly string[];
  /** Where this is in the folder, all that is locked lies in it: the repository has a copy of others' code. */
  readonly vendored?: string;
}

const NODE = {
  images: ['node'],
  manifests: ['package.json', '.npmrc'],
  directories: ['node_modules'],
};

const NPM = { manager: 'npm', run: 'npm ci', production: 'npm ci --omit=dev' };

/** The image's own where it has one; npm has it as a package. */
const BUN = '$(command -v bun || echo npx --yes bun@1) install --frozen-lockfile';

/** A virtual environment of the module's own: what it runs is `.venv/bin/PROGRAM`. */
const PYTHON = { images: ['python'], directories: ['.venv'] };
const VENV = 'python3 -m venv .venv && .venv/bin/pip install';

/** What they download lies in the shared cache, whole versions side by side: no folder to keep. */
const CACHED = { directories: [] };

/** Does well, and nothing else. */
const NOTHING = 'true';

/** The first one whose lockfile is there decides. */
const ECOSYSTEMS: readonly Ecosystem[] = [
  { ...NODE, lockfile: 'package-lock.json', ...NPM },
  { ...NODE, lockfile: 'npm-shrinkwrap.json', ...NPM },
  {
    ...NODE,
    lockfile: 'pnpm-lock.yaml',
    manager: 'pnpm',
    manifests: [...NODE.manifests, 'pnpm-workspace.yaml'],
    run: 'pnpm install --frozen-lockfile',
    production: 'pnpm install --frozen-lockfile --prod',
  },
  {
    ...NODE,
    lockfile: 'yarn.lock',
    manager: 'yarn',
    manifests: [...NODE.manifests, '.yarnrc', '.yarnrc.yml'],
    // `--immutable` is Berry's word, `--frozen-lockfile` the one before; Berry still knows it.
    run: 'yarn install --frozen-lockfile',
    production: 'yarn install --frozen-lockfile --production',
  },
  ...['bun.lock', 'bun.lockb'].map((lockfile) => ({
    ...NODE,
    manifests: [...NODE.manifests, 'bunfig.toml'],
    lockfile,
    manager: 'bun',
    run: BUN,
    production: `${BUN} --production`,
  })),
  {
    ...CACHED,
    images: ['go'],
    lockfile: 'go.sum',
    manifests: ['go.mod'],
    run: 'go mod download',
    caches: ['go-mod'],
    vendored: 'vendor',
  },
  {
    ...PYTHON,
    lockfile: 'uv.lock',
    manifests: ['pyproject.toml'],
    run: `${VENV} uv && .venv/bin/uv sync --frozen`,
    production: `${VENV} uv && .venv/bin/uv sync --frozen --no-dev`,
  },
  {
    ...PYTHON,
    lockfile: 'poetry.lock',
    manifests: ['pyproject.toml'],
    run: `${VENV} poetry && .venv/bin/poetry install --no-interaction`,
    production: `${VENV} poetry && .venv/bin/poetry install --no-interaction --only main`,
  },
  {
    ...PYTHON,
    lockfile: 'requirements.txt',
    manifests: [],
    run: `${VENV} -r requirements.txt`,
    production: `${VENV} -r requirements.txt`,
  },
  {
    ...CACHED,
    images: ['java'],
    lockfile: 'pom.xml',
    manifests: [],
    run: 'mvn --batch-mode --no-transfer-progress dependency:go-offline',
    caches: ['maven'],
  },
  {
    ...CACHED,
    images: ['java'],
    lockfile: 'gradle.lockfile',
    manifests: ['build.gradle', 'build.gradle.kts', 'settings.gradle', 'settings.gradle.kts'],
    run: './gradlew --no-daemon dependencies',
  },
];

/** A lockfile of one of Node's package managers. */
export interface NodeLockfile {
  readonly lockfile: string;
  readonly manager: string;
}

/**
 * The lockfiles of Node's package managers among the files of a folder, one for each manager. The first
 * counts where nobody says which: npm's, pnpm's, Yarn's, Bun's.
 * @param manager the one that somebody has named: its lockfile is the first then.
 */
export function nodeLockfiles(names: readonly string[], manager?: string): readonly NodeLockfile[] {
  const there = new Set(names);
  const found = new Map<string, NodeLockfile>();
  for (const { lockfile, manager: of } of ECOSYSTEMS) {
    if (of !== undefined && there.has(lockfile) && !found.has(of)) {
      found.set(of, { lockfile, manager: of });
    }
  }
  const named = found.get(manager ?? '');
  const others = [...found.values()].filter((one) => one !== named);
  return named === undefined ? others : [named, ...others];
}

/** `"packageManager": "pnpm@9.1.0+sha…"` of a package.json → `pnpm`. */
export function packageManagerOf(manifest: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(manifest);
    const named = isMapping(parsed) ? parsed['packageManager'] : undefined;
    return typeof named === 'string' ? /^[a-z]+/.exec(named)?.[0] : undefined;
  } catch {
    return undefined;
  }
}

/**
 * How a module's locked dependencies are installed, by the lockfile in its folder.
 *
 * @param names names of the files in the module's folder.
 * @param image name of its base image: decides when there are lockfiles of several languages.
 * @param manager package manager that the folder's package.json names.
 * @returns undefined when nothing is locked: there is nothing to install.
 */
export function defaultInstall(
  names: readonly string[],
  image?: string,
  manager?: string,
): Install | undefined {
  const there = new Set(names);
  const counts = nodeLockfiles(names, manager)[0]?.lockfile;
  const found = ECOSYSTEMS.filter(
    ({ lockfile, manager: of }) => there.has(lockfile) && (of === undefined || lockfile === counts),
  );
  const family = imageFamily(image ?? '');
  const fitting = found.find(({ images }) => images.includes(family));
  const ecosystem = fitting ?? found[0];
  if (ecosystem === undefined) return undefined;
  const { lockfile, manifests, directories, production, caches } = ecosystem;
  // What it locks is known by its lockfile all the same: for licences, for one.
  const run = there.has(ecosystem.vendored ?? '') ? NOTHING : ecosystem.run;
  return {
    run,
    lockfiles: [lockfile, ...manifests.filter((manifest) => there.has(manifest))],
    directories,
    ...(production !== undefined && { production }),
    ...(caches !== undefined && { caches }),
  };
}

/**
 * How the dependencies of a `package.json` are installed that no lockfile belongs to. No lockfile is
 * made: what is in the repository is the person's to write.
 * @param manifest text of the package.json.
 * @returns undefined where it names none, or is none.
 */
export function unlockedInstall(manifest: string): Install | undefined {
  if (!namesDependencies(manifest)) return undefined;
  const run = 'npm install --no-package-lock --no-audit --no-fund';
  const { directories } = NODE;
  const production = `${run} --omit=dev`;
  return { run, production, lockfiles: ['package.json'], directories, unlocked: true };
}

function namesDependencies(manifest: string): boolean {
  try {
    const parsed: unknown = JSON.parse(manifest);
    return ['dependencies', 'devDependencies', 'optionalDependencies'].some(
      (key) => Object.keys(mappingAt(parsed, key)).length > 0,
    );
  } catch {
    // Node tells what is wrong with it, with its place.
    return false;
  }
}
