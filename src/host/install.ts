import { formatAptSources, sourcesForRelease } from './apt-sources.ts';
import type { AptFacts, SystemRelease } from './facts.ts';
import type { Recipe } from './recipes.ts';
import { type RemedyStep, writeFileStep } from './steps.ts';

export const BORROWED_SOURCES = '/etc/apt/sources.list.d/onestack-engine.sources';
export const BORROWED_PINS = '/etc/apt/preferences.d/onestack-engine';

/** apt itself waits for dpkg's lock; for the lists' lock the runner of the steps does. */
const APT = ['apt-get', '-q', '-o', 'DPkg::Lock::Timeout=300'];

export interface PackagesRequest {
  readonly release: SystemRelease;
  readonly apt: AptFacts;
  readonly recipe: Recipe;
  readonly packages: readonly string[];
  readonly systemd: boolean;
}

/**
 * The steps that install packages with apt: finish what a killed dpkg left, name the newer release
 * where packages are borrowed from one, read the lists, install. Pure.
 */
export function installSteps(request: PackagesRequest): RemedyStep[] {
  const { apt, packages } = request;
  if (packages.length === 0) return [];
  const steps: RemedyStep[] = [];
  if (apt.interrupted) {
    steps.push({
      label: 'finish an interrupted installation',
      argv: ['dpkg', '--force-confold', '--configure', '-a'],
      asRoot: true,
      usesApt: true,
    });
  }
  steps.push(...borrowSteps(request), {
    label: 'read the package lists',
    argv: [...APT, 'update'],
    asRoot: true,
    usesApt: true,
  });
  steps.push({
    label: `install ${packages.join(', ')}`,
    argv: [
      'env',
      'DEBIAN_FRONTEND=noninteractive',
      // Without systemd the package's own start would tie the engine to this installation: we
      // start it ourselves, detached, with a log.
      ...(request.systemd ? [] : ['RUNLEVEL=1']),
      ...APT,
      '-o',
      'Dpkg::Options::=--force-confold',
      'install',
      '--yes',
      '--no-install-recommends',
      ...packages,
    ],
    asRoot: true,
    usesApt: true,
  });
  return steps;
}

/**
 * Names the newer release in apt's sources, after its pins are in place: at no moment, killed or
 * not, could an upgrade take anything else from it. Both files stay, so that the engine gets its
 * security updates.
 */
function borrowSteps({ release, apt, recipe, packages }: PackagesRequest): RemedyStep[] {
  const { borrowFrom } = recipe;
  if (borrowFrom === undefined || !packages.some(isBorrowed)) return [];
  const sources = sourcesForRelease(apt.sources, release.codename, borrowFrom.codename);
  const pinned = [...new Set([...apt.pinned, ...packages])].filter(isBorrowed).sort();
  return [
    writeFileStep(
      `keep ${borrowFrom.name} to these packages`,
      BORROWED_PINS,
      pins(borrowFrom, pinned),
    ),
    writeFileStep(
      `name ${borrowFrom.name} in apt's sources`,
      BORROWED_SOURCES,
      `# Written by Onestack for its engine; ${BORROWED_PINS} keeps everything else out.\n` +
        `# When this machine is upgraded to ${borrowFrom.name}, remove both files.\n` +
        formatAptSources(sources),
    ),
  ];
}

/** Only the engine's own parts come from the newer release; containerd and runc stay. */
function isBorrowed(name: string): boolean {
  return name.startsWith('docker');
}

/** The pattern takes in the release's security archive. */
function pins(from: NonNullable<Recipe['borrowFrom']>, packages: readonly string[]): string {
  return [
    `Explanation: written by Onestack: from ${from.name} only the engine`,
    `Package: ${packages.join(' ')}`,
    `Pin: release n=${from.codename}*`,
    'Pin-Priority: 600',
    '',
    'Package: *',
    `Pin: release n=${from.codename}*`,
    'Pin-Priority: 1',
    '',
  ].join('\n');
}

/** The packages that an earlier run's pins name. */
export function pinnedPackages(pinsText: string): readonly string[] {
  const names = [...pinsText.matchAll(/^Package: (.*)$/gm)].flatMap((match) =>
    (match[1] ?? '').split(' '),
  );
  return [...new Set(names)].filter((name) => name !== '*' && name !== '');
}
