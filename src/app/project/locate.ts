import { basename, resolve } from 'node:path';
import { findProject } from '../../definitions/find-project.ts';
import type { Failure } from '../../events/failure.ts';
import type { Report } from '../../events/progress.ts';
import { instanceIn, knownInstance } from '../../generate/instance.ts';
import { unclaimedPlaces } from '../../generate/instance-places.ts';
import type { Places } from '../../model/places.ts';
import type { Context } from '../../model/project.ts';
import type { World } from '../../ports/world.ts';
import { composeFilesAt, hasComposeFiles, isComposeName } from './compose-files.ts';
import { fail, ok, type Result } from '../../util/result.ts';

/** Where a project lies and what it is called on this machine; its definition need not be valid. */
export interface Located {
  /** Absolute, symlinks resolved. */
  readonly root: string;
  /** Compose project name of this folder; `NAME (not up yet)` before its first `dev up`. */
  readonly instance: string;
  readonly places: Places;
  readonly context: Context;
}

/** The folder for which a command runs: `--project`, else the nearest one that is a project. */
export function locateRoot(
  world: Pick<World, 'files' | 'host'>,
  projectOption: string | undefined,
): Result<string, Failure> {
  const { workingDirectory } = world.host;
  const start = resolve(workingDirectory, projectOption ?? '.');
  const found = findProject(start, world.files, (folder) => hasComposeFiles(folder, world));
  if (found.ok) return found;
  // What is named and cannot be had is not the same as nothing.
  const named = composeFilesAt(world.files.realPath(start) ?? start, world);
  const [problem] = named.ok ? [] : named.failure;
  if (problem !== undefined) return fail(problem);
  const other = world.files.list(start).find(isComposeName);
  if (other === undefined) return found;
  const cure = `There is ${other}: COMPOSE_FILE=${other} in .env makes it the project’s`;
  return fail({ ...found.failure, cure });
}

/**
 * Finds the project and the name that its folder has claimed. One that has claimed none yet gets a
 * name that no Compose project can have: by the folder's own name `dev down` would find, and remove,
 * what another folder runs.
 */
export function locateInstance(
  world: Pick<World, 'files' | 'host' | 'locks' | 'clock'>,
  request: { readonly project: string | undefined; readonly context: Context },
  report: Report,
): Result<Located, Failure> {
  const root = locateRoot(world, request.project);
  if (!root.ok) return root;
  const known = knownInstance(root.value, { ...world, report });
  if (!known.ok) return known;
  const { name, places } = known.value ?? {
    name: `${basename(root.value)} (not up yet)`,
    places: unclaimedPlaces(root.value, world),
  };
  const own = instanceIn(request.context, { name, places }, world);
  return ok({ root: root.value, instance: own.name, places: own.places, context: request.context });
}
