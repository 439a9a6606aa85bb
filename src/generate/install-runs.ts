import { basename } from 'node:path';
import { DEPENDENCY_LABELS, volumesOf, type ModuleInstall } from './module-install.ts';

/** One install to run: the first of the modules that share its key stands for all. */
export interface InstallRun {
  readonly install: ModuleInstall;
  /** `first install`, or what of the older install's inputs is not the same any more. */
  readonly cause: string;
  readonly source: InstallSource;
}

/** Where what is installed comes from. */
export type InstallSource =
  | { readonly kind: 'command' }
  /** It is there already, in the volumes where it was before, and only has to be copied. */
  | { readonly kind: 'volumes' }
  /** It lies in another worktree of the clone: absolute. */
  | { readonly kind: 'worktree'; readonly folder: string };

const fromTwin = (cause: string, twin: string | undefined): string =>
  twin === undefined ? cause : `${cause}, copied from the worktree ${basename(twin)}`;

/**
 * Which installs have to run: those without their marker, or with a volume gone.
 * @param existing volumes with dependencies that the engine has: name → labels.
 */
export function planInstalls(
  installs: Iterable<ModuleInstall>,
  existing: ReadonlyMap<string, Readonly<Record<string, string>>>,
  project: string,
): readonly InstallRun[] {
  const runs = new Map<string, InstallRun>();
  for (const install of installs) {
    const has = (volume: string): boolean => existing.has(volume);
    const isComplete = install.installed && volumesOf(install).every(has);
    if (isComplete || runs.has(install.key)) continue;
    const before = [...existing.values()].some(
      (labels) =>
        labels[DEPENDENCY_LABELS.project] === project &&
        labels[DEPENDENCY_LABELS.module] === install.module.name,
    );
    const isShared = install.shared.length > 0;
    const fromVolumes =
      isShared && has(install.marker) && install.former.every(({ volume }) => has(volume));
    const begun = install.mounts.some(({ volume }) => has(volume));
    const changed = `${install.install.lockfiles.join(', ')} or base image changed`;
    const { twin } = install;
    const source: InstallSource = fromVolumes
      ? { kind: 'volumes' }
      : twin === undefined
        ? { kind: 'command' }
        : { kind: 'worktree', folder: twin };
    const cause = fromVolumes
      ? 'in a volume until now'
      : begun
        ? 'interrupted before'
        : install.replaces || (before && !isShared)
          ? changed
          : 'first install';
    runs.set(install.key, { install, cause: fromTwin(cause, twin), source });
  }
  return [...runs.values()];
}
