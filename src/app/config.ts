import { basename, dirname, relative, resolve } from 'node:path';
import { emitCompose } from '../compose/write/emit.ts';
import { mergeCompose, type Layer, type MergedCompose } from '../compose/load/merge.ts';
import type { Failure } from '../events/failure.ts';
import type { Files } from '../ports/files.ts';
import type { World } from '../ports/world.ts';
import { fail, ok, type Result } from '../util/result.ts';
import {
  keepExplained,
  noting,
  recallExplained,
  type KeptExplanation,
  type KeptRequest,
} from './config/kept-explanation.ts';
import type { FilesRequest } from './config/files-request.ts';
import { readComposeEnvironment } from './project/compose-environment.ts';
import { activeProfiles } from './project/environment.ts';
import { unsetNotes } from './up/variable-notes.ts';

type ConfigWorld = Pick<World, 'host'> & { readonly files: Pick<Files, 'read' | 'isDirectory'> };

/**
 * One part of the merged files, with where it comes from. Of large files the merged document is kept:
 * the next question about them is answered from it, as long as none of them was changed.
 */
export function explainFiles(
  request: KeptRequest,
  path: string,
  world: Pick<World, 'files' | 'host'>,
): Result<KeptExplanation, readonly Failure[]> {
  const recalled = recallExplained(request, path, world);
  if (recalled !== undefined) return ok(recalled);
  const noted = noting(world.files);
  const merged = mergeFiles(request, { ...world, files: noted.files });
  if (!merged.ok) return merged;
  const notes = unsetNotes({ environment: { merged: merged.value } });
  keepExplained(request, { merged: merged.value, notes }, noted, world);
  return ok({ merged: merged.value, notes });
}

/** Merges any Compose files, in no project at all, as `docker compose -f … config` would. */
export function mergeFiles(
  request: FilesRequest,
  { files, host }: ConfigWorld,
): Result<MergedCompose, readonly Failure[]> {
  const display = (path: string): string => {
    const shown = relative(host.workingDirectory, path);
    return shown.startsWith('..') ? path : shown;
  };
  const layers: Layer[] = [];
  const failures: Failure[] = [];
  for (const name of request.files) {
    const path = resolve(host.workingDirectory, name);
    const text = files.read(path);
    if (!text.ok) failures.push({ ...text.failure, reason: 'definition' });
    else if (text.value === undefined) {
      failures.push({ reason: 'definition', what: `There is no file ${display(path)}` });
    } else layers.push({ kind: 'file', path, display: display(path), text: text.value });
  }
  const [first] = layers;
  if (failures.length > 0 || first?.kind !== 'file') return fail(failures);
  const projectDirectory = dirname(first.path);
  const folders = [host.workingDirectory, projectDirectory];
  const { environment } = host;
  const read = readComposeEnvironment({ folders, environment, display }, files);
  if (!read.ok) return read;
  const { variables } = read.value;
  return mergeCompose({
    layers,
    projectDirectory,
    ...(request.projectName !== undefined && { projectName: request.projectName }),
    environment: variables,
    origins: read.value.origins,
    unset: read.value.unset,
    profiles: activeProfiles(request.profiles, variables),
    interpolate: request.interpolate,
    readFile: (path) => files.read(path),
    display,
  });
}

/** The merged files as one Compose file that can lie in the working directory. */
export function filesText(merged: MergedCompose, { host }: Pick<World, 'host'>): string {
  return emitCompose(merged, {
    directory: host.workingDirectory,
    shownRoot: commonFolder(host.workingDirectory, merged.projectDirectory),
    comments: true,
    profiles: 'keep',
  });
}

/** Paths are shown relative inside the folder that holds both: the caller and the project. */
function commonFolder(a: string, b: string): string {
  let folder = a;
  while (folder !== dirname(folder) && !`${b}/`.startsWith(`${folder}/`)) folder = dirname(folder);
  return folder === '/' && basename(a) !== '' ? b : folder;
}
