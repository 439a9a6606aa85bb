import { type AptSource, formatAptSources, mainAddress, sourcesForRelease } from './apt-sources.ts';
import type { MachineFacts } from './facts.ts';
import { installSteps } from './install.ts';
import { findRecipe } from './recipes.ts';
import { LEFTOVERS, SLIM_FILES, SLIM_FOLDERS } from './root-files.ts';
import { type RemedyStep, writeFileStep } from './steps.ts';
import { importImage } from '../ports/docker-command.ts';

/** Label of a root image that was made here, and of what. */
export const ROOT_LABEL = 'dev.onestack.root';

const TOOL = '/usr/sbin/debootstrap';

/** A root image that can be made from packages: `debian:SUITE` or `debian:SUITE-slim`. */
export function suiteOf(reference: string): string | undefined {
  return /^(?:docker\.io\/)?(?:library\/)?debian:([a-z]+)(?:-slim)?$/.exec(reference)?.[1];
}

export interface RootPlace {
  /** Folder that this work has for itself, root's own. */
  readonly directory: string;
  readonly root: string;
  readonly archive: string;
}

/** One place an account, so that two accounts never meet in it. */
export function rootPlace(uid: number): RootPlace {
  const directory = `/var/cache/onestack/root-image-${uid}`;
  return { directory, root: `${directory}/root`, archive: `${directory}/root.tar` };
}

/** Where a distribution's packages come from, as this machine's own apt has it. */
export interface RootOrigin {
  /** undefined: debootstrap's own address of the distribution. */
  readonly address: string | undefined;
  readonly keyring: string | undefined;
  readonly sources: readonly AptSource[];
}

/** Reads the origin of a Debian suite off a machine's sources; Ubuntu's name none. */
export function rootOrigin(facts: MachineFacts, suite: string): RootOrigin {
  const codename = facts.release?.id === 'debian' ? facts.release.codename : suite;
  const sources = sourcesForRelease(facts.apt?.sources ?? [], codename, suite);
  const main = sources.find(({ suites }) => suites.includes(suite));
  const keyring = main?.options.find(([name]) => name === 'Signed-By')?.[1];
  return {
    address: mainAddress(sources, suite),
    keyring: keyring?.startsWith('/') === true ? keyring : undefined,
    sources,
  };
}

/** Brings debootstrap where it is not installed. */
export function debootstrapSteps(facts: MachineFacts): RemedyStep[] {
  const { apt, release, systemd } = facts;
  if (apt === undefined || release === undefined || apt.installed.has('debootstrap')) return [];
  const recipe = findRecipe(release, apt.installed);
  if (recipe === undefined) return [];
  // Always from the release's own packages: nothing has to be borrowed for it.
  const { packages } = recipe;
  const wanted = ['debootstrap', ...(release.id === 'debian' ? [] : ['debian-archive-keyring'])];
  return installSteps({ release, apt, recipe: { packages }, packages: wanted, systemd });
}

/** Removes what an interrupted run left: mounts first, so that nothing of the machine's is hit. */
export function cleanSteps(place: RootPlace, mounts: readonly string[]): RemedyStep[] {
  const inside = mounts.filter((path) => path.startsWith(`${place.directory}/`));
  const unmounts = inside.toReversed().map((path) => ({
    label: `unmount ${path}`,
    argv: ['umount', path],
    asRoot: true,
    quiet: true,
  }));
  return [
    ...unmounts,
    {
      label: `remove ${place.directory}`,
      argv: ['rm', '--recursive', '--force', '--one-file-system', place.directory],
      asRoot: true,
      quiet: true,
    },
  ];
}

/** Makes the file system. `environment` may name a proxy. */
export function bootstrapSteps(
  place: RootPlace,
  suite: string,
  origin: RootOrigin,
  environment: Readonly<Record<string, string>>,
): RemedyStep[] {
  return [
    {
      label: `make ${place.directory}`,
      argv: ['mkdir', '--parents', place.root],
      asRoot: true,
      quiet: true,
    },
    {
      label: `install Debian ${suite} into a folder`,
      argv: [
        TOOL,
        '--variant=minbase',
        ...(origin.keyring === undefined ? [] : [`--keyring=${origin.keyring}`]),
        suite,
        place.root,
        ...(origin.address === undefined ? [] : [origin.address]),
      ],
      asRoot: true,
      environment,
    },
  ];
}

/** Makes it slim, and the same for the same packages. `epoch`: seconds, the archive's own date. */
export function slimSteps(
  place: RootPlace,
  suite: string,
  origin: RootOrigin,
  epoch: number,
): RemedyStep[] {
  const inside = (path: string): string => `${place.root}/${path}`;
  const step = (label: string, ...argv: string[]): RemedyStep => ({
    label,
    argv,
    asRoot: true,
    quiet: true,
  });
  const files = SLIM_FILES.flatMap(({ path, text, executable }) => [
    writeFileStep(`write ${path}`, inside(path), text),
    ...(executable === true ? [step(`allow ${path} to run`, 'chmod', '755', inside(path))] : []),
  ]);
  // Without sources of this machine's, debootstrap has written those that it used.
  const sources =
    origin.sources.length === 0
      ? []
      : [
          step('remove the plain list of sources', 'rm', '-f', inside('etc/apt/sources.list')),
          writeFileStep(
            'write the sources',
            inside('etc/apt/sources.list.d/debian.sources'),
            formatAptSources(containerSources(origin.sources, suite)),
          ),
        ];
  const day = Math.floor(epoch / 86_400);
  // Any of these paths may be missing: looked for by pattern, not named as places to start.
  const find = (paths: readonly string[], ...tests: string[]): string[] => [
    ...['find', place.root, '-xdev', '('],
    ...paths.flatMap((path, index) => [...(index === 0 ? [] : ['-o']), '-path', inside(path)]),
    ...[')', ...tests, '-delete'],
  ];
  const below = SLIM_FOLDERS.map((path) => `${path}/*`);
  const leftovers = LEFTOVERS.flatMap((path) => [path, `${path}/*`]);
  return [
    ...files,
    ...sources,
    step(
      'remove documentation',
      ...find(below, '-not', '-type', 'd', '-not', '-name', 'copyright'),
    ),
    step('remove its empty folders', ...find(below, '-type', 'd', '-empty')),
    step('remove caches and logs', ...find(leftovers, '-not', '-type', 'd')),
    step(
      'date the accounts',
      ...['sed', '--in-place', '--regexp-extended', `s/^([^:]+:[^:]*):[0-9]+:/\\1:${day}:/`],
      inside('etc/shadow'),
    ),
    {
      label: 'pack the file system',
      argv: [
        ...['tar', '--create', '--file', place.archive, '--directory', place.root],
        ...['--numeric-owner', '--sort=name', `--mtime=@${epoch}`, '--clamp-mtime'],
        ...['--exclude=./dev/*', '--exclude=./proc/*', '--exclude=./sys/*', '.'],
      ],
      asRoot: true,
    },
  ];
}

/** The image's own sources: no `Signed-By` of this machine's, but the one that is in there. */
function containerSources(sources: readonly AptSource[], suite: string): AptSource[] {
  return sources.map((source) => ({
    ...source,
    suites: source.suites.flatMap((each) => (each === suite ? [each, `${each}-updates`] : [each])),
    options: [
      ...source.options.filter(([name]) => name !== 'Signed-By'),
      ['Signed-By', '/usr/share/keyrings/debian-archive-keyring.gpg'] as const,
    ],
  }));
}

/** The engine takes the file system in; nothing is there before it is there whole. */
export function importStep(place: RootPlace, reference: string, suite: string): RemedyStep {
  const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  const changes = [`ENV PATH=${path}`, 'CMD ["bash"]', `LABEL ${ROOT_LABEL}=debootstrap`];
  return {
    label: `import ${reference}`,
    argv: importImage(place.archive, reference, {
      changes,
      message: `Debian ${suite}, minimal, made by debootstrap`,
    }),
    asRoot: false,
  };
}
