import { dirname, join, relative } from 'node:path';
import type { Failure } from '../events/failure.ts';
import {
  contentsOf,
  dependencyFolder,
  FILLED_FILE,
  filledText,
} from '../generate/dependency-folders.ts';
import { NAME_LENGTH, type ModuleInstall } from '../generate/module-install.ts';
import type { FolderMount } from '../generate/module-layer.ts';
import type { Report } from '../events/progress.ts';
import { writeState } from '../generate/state-file.ts';
import type { Clock } from '../ports/clock.ts';
import type { Files } from '../ports/files.ts';
import { fail, ok, type Result } from '../util/result.ts';

/** Where dependencies lie that editors see, while they are made, while they serve, and afterwards. */
export interface SharedPlaces {
  /** The project folder. */
  readonly root: string;
  /** `.dev`: on the file system of the project, and seen by no container. */
  readonly dev: string;
  /** A file of the person's: which folders of the project the tool has filled. */
  readonly record: string;
}

interface SharingContext {
  readonly places: SharedPlaces;
  readonly files: Files;
  readonly clock: Pick<Clock, 'now'>;
  readonly report: Report;
}

type Outcome = Result<void, Failure>;

/** How many older installs of a module are kept: those of branches that one goes back to. */
const KEPT_INSTALLS = 2;

/** The folder below `.dev` that holds what the person made and the tool moved out of the way. */
export const KEPT_FOLDER = 'kept';

function shelf({ dev }: SharedPlaces, { folder }: Pick<ModuleInstall, 'folder'>): string {
  return join(dev, 'dependencies', folder === '.' ? 'project' : folder.replaceAll('/', '-'));
}

/** Where each shared folder of an install is filled, before it takes its place. */
export function stagedFolders(
  install: ModuleInstall,
  places: SharedPlaces,
): readonly FolderMount[] {
  const folder = join(shelf(places, install), install.key.slice(0, NAME_LENGTH));
  return install.shared.map(({ target }, index) => ({
    folder: join(folder, String(index)),
    target,
  }));
}

/** Whether an earlier install of just this lies on the shelf, whole. */
export function isOnShelf(install: ModuleInstall, { places, files }: SharingContext): boolean {
  const staged = stagedFolders(install, places);
  return (
    staged.length > 0 &&
    staged.every(({ folder }) => {
      const look = dependencyFolder(folder, files.confined(places.root));
      return look.kind === 'filled' && look.key === install.key && !isChanged(folder, look, files);
    })
  );
}

function isChanged(path: string, { contents }: { contents: string }, files: Files): boolean {
  return contentsOf(path, files) !== contents;
}

/** Makes the folders to fill, empty. What a killed install left is gone. */
export function clearStage(install: ModuleInstall, { places, files }: SharingContext): Outcome {
  const own = files.confined(places.root);
  for (const { folder } of stagedFolders(install, places)) {
    const removed = own.remove(folder);
    if (!removed.ok) return removed;
    const made = own.makeDirectory(folder);
    if (!made.ok) return made;
  }
  return ok(undefined);
}

/** Notes in each folder what it was filled with, and that git is not to have it. */
export function markFilled(install: ModuleInstall, { places, files }: SharingContext): Outcome {
  const own = files.confined(places.root);
  for (const { folder } of stagedFolders(install, places)) {
    const text = filledText(install.key, folder, own);
    if (files.stat(join(folder, '.gitignore')) === undefined) {
      const ignored = own.writeAtomic(join(folder, '.gitignore'), '*\n', { flush: false });
      if (!ignored.ok) return ignored;
    }
    const marked = own.writeAtomic(join(folder, FILLED_FILE), text, { flush: false });
    if (!marked.ok) return marked;
  }
  if (install.cachesFilled === undefined) return ok(undefined);
  const made = own.makeDirectory(dirname(install.cachesFilled), { mode: 0o700 });
  return made.ok ? own.writeAtomic(install.cachesFilled, '', { mode: 0o600 }) : made;
}

/**
 * Puts what was filled in its place. What was there goes to the shelf; what the person changed in it
 * is kept and told.
 */
export function takePlace(install: ModuleInstall, context: SharingContext): Outcome {
  const { places, files } = context;
  const own = files.confined(places.root);
  const staged = stagedFolders(install, places);
  for (const [index, { folder }] of install.shared.entries()) {
    const stage = staged[index]?.folder ?? '';
    const moved = moveAside(folder, index, install, context);
    if (!moved.ok) return moved;
    const placed = own.rename(stage, folder);
    if (!placed.ok) return fail(withCure(placed.failure));
  }
  const [first] = staged;
  if (first !== undefined) {
    const emptied = own.remove(dirname(first.folder));
    if (!emptied.ok) return emptied;
  }
  remember(install, context);
  return clearShelf(install, context);
}

const withCure = (failure: Failure): Failure => ({
  ...failure,
  cure: 'Mend it, or leave dependencies to containers: dev settings dependencies=container',
});

function moveAside(
  folder: string,
  index: number,
  install: ModuleInstall,
  context: SharingContext,
): Outcome {
  const { places, files } = context;
  const own = files.confined(places.root);
  const look = dependencyFolder(folder, own);
  if (look.kind === 'free') return ok(undefined);
  if (look.kind === 'own' || isChanged(folder, look, own)) {
    const kept = keepOwn(folder, context);
    if (!kept.ok) return kept;
    const shown = relative(places.root, folder);
    const text = `${shown} was changed by hand: what was there is kept in ${relative(places.root, kept.value)}`;
    context.report({ kind: 'note', level: 'warning', text });
    return ok(undefined);
  }
  const older = join(shelf(places, install), look.key.slice(0, NAME_LENGTH));
  const made = own.makeDirectory(older);
  if (!made.ok) return made;
  const place = join(older, String(index));
  const removed = own.remove(place);
  return removed.ok ? own.rename(folder, place) : removed;
}

/** Moves a folder of the person's out of the way, for good. @returns where it is now, absolute. */
export function keepOwn(
  folder: string,
  { places, files, clock }: Pick<SharingContext, 'places' | 'files' | 'clock'>,
): Result<string, Failure> {
  const own = files.confined(places.root);
  const kept = join(places.dev, KEPT_FOLDER);
  const made = own.makeDirectory(kept);
  if (!made.ok) return made;
  const name = relative(places.root, folder).replaceAll('/', '-');
  const stamp = new Date(clock.now()).toISOString().slice(0, 19).replaceAll(':', '-');
  const taken = new Set(files.list(kept));
  let place = `${name}-${stamp}`;
  for (let count = 2; taken.has(place); count += 1) place = `${name}-${stamp}-${String(count)}`;
  const renamed = own.rename(folder, join(kept, place));
  return renamed.ok ? ok(join(kept, place)) : renamed;
}

/** Folders of the project that the tool has filled, relative to it. A damaged record counts as none. */
export function filledFolders({ record }: Pick<SharedPlaces, 'record'>, files: Files) {
  const text = files.read(record);
  try {
    const paths: unknown = JSON.parse((text.ok && text.value) || '[]');
    return Array.isArray(paths) ? paths.filter((path) => typeof path === 'string') : [];
  } catch {
    return [];
  }
}

function remember({ shared }: ModuleInstall, { places, files }: SharingContext): void {
  const before = filledFolders(places, files);
  const all = new Set([...before, ...shared.map(({ folder }) => relative(places.root, folder))]);
  if (all.size > before.length) writeState(places.record, [...all].sort(), files);
}

/** Leaves the newest few. */
function clearShelf(install: ModuleInstall, { places, files }: SharingContext): Outcome {
  const folder = shelf(places, install);
  const byAge = files
    .list(folder)
    .map((name) => ({ name, atMs: files.modifiedMs(join(folder, name)) ?? 0 }))
    .toSorted((one, other) => other.atMs - one.atMs);
  for (const { name } of byAge.slice(KEPT_INSTALLS)) {
    const removed = files.confined(places.root).remove(join(folder, name));
    if (!removed.ok) return removed;
  }
  return ok(undefined);
}

/** The filled folders of a project that hold nothing of the person's: absolute. */
export function removableFolders(places: SharedPlaces, files: Files): readonly string[] {
  const own = files.confined(places.root);
  return filledFolders(places, files).flatMap((name) => {
    const path = join(places.root, name);
    const inside = relative(places.root, path);
    if (inside === '' || inside.startsWith('..')) return [];
    const look = dependencyFolder(path, own);
    return look.kind === 'filled' && !isChanged(path, look, own) ? [path] : [];
  });
}
