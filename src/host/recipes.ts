import type { SystemRelease } from './facts.ts';

/** The parts of an engine that can be missing one by one. */
export type EnginePart = 'engine' | 'client' | 'compose' | 'buildx';

/** Which packages hold each part on a release, and from where they come. */
export interface Recipe {
  readonly packages: Readonly<Record<EnginePart, readonly string[]>>;
  /**
   * The release's own packages are too old: these come from a newer release of the same
   * distribution, pinned so that nothing else does.
   */
  readonly borrowFrom?: { readonly codename: string; readonly name: string };
}

/** The oldest Compose plugin that merges as the current specification says. */
export const OLDEST_COMPOSE = '2.20';

const DEBIAN: Recipe = {
  packages: {
    engine: ['docker.io', 'ca-certificates'],
    client: ['docker-cli'],
    compose: ['docker-compose'],
    buildx: ['docker-buildx'],
  },
};

/** Ubuntu's `docker.io` contains the client. */
const UBUNTU: Recipe = {
  packages: {
    engine: ['docker.io', 'ca-certificates'],
    client: ['docker.io'],
    compose: ['docker-compose-v2'],
    buildx: ['docker-buildx'],
  },
};

const RECIPES: readonly {
  readonly id: string;
  readonly oldest: number;
  readonly newest: number;
  readonly recipe: Recipe;
}[] = [
  {
    id: 'debian',
    oldest: 12,
    newest: 12,
    // Debian 12 has an engine from 2020, no buildx, and the Compose that was given up in 2023.
    recipe: { ...DEBIAN, borrowFrom: { codename: 'trixie', name: 'Debian 13' } },
  },
  { id: 'debian', oldest: 13, newest: Infinity, recipe: DEBIAN },
  { id: 'ubuntu', oldest: 22.04, newest: Infinity, recipe: UBUNTU },
];

/** Where Docker's own packages are on a machine, its plugins come from the same place. */
const DOCKER_INC: Recipe = {
  packages: {
    engine: ['docker-ce'],
    client: ['docker-ce-cli'],
    compose: ['docker-compose-plugin'],
    buildx: ['docker-buildx-plugin'],
  },
};

/** How to install on this machine; undefined when we know no way. Debian's testing has no number. */
export function findRecipe(
  release: SystemRelease | undefined,
  installed: ReadonlySet<string>,
): Recipe | undefined {
  if (release === undefined) return undefined;
  const version = release.version === '' ? Infinity : Number(release.version);
  const found = RECIPES.find(
    ({ id, oldest, newest }) => id === release.id && version >= oldest && version <= newest,
  );
  return found !== undefined && installed.has('docker-ce') ? DOCKER_INC : found?.recipe;
}
