import { dirname, join } from 'node:path';
import type { Failure } from '../events/failure.ts';
import type { Module } from '../model/module.ts';
import type { Project } from '../model/project.ts';
import type { World } from '../ports/world.ts';
import { didYouMean } from '../util/did-you-mean.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { devcontainer, devcontainerPath } from './editor/devcontainer.ts';
import { mergeJson } from './editor/merge-json.ts';
import { locateRoot } from './project/locate.ts';
import { readProject } from './project/read-project.ts';

export interface DevcontainerRequest {
  /** `--project`. */
  readonly project: string | undefined;
  /** This module alone; undefined: every one. */
  readonly module: string | undefined;
}

/** A file that lacks something. */
interface EditorChange {
  /** Relative to the project. */
  readonly path: string;
  readonly isNew: boolean;
  readonly after: string;
}

export interface EditorChanges {
  readonly root: string;
  readonly changes: readonly EditorChange[];
  /** All that were looked at, relative. */
  readonly files: readonly string[];
}

type EditorWorld = Pick<World, 'files' | 'host'>;

/** What the Dev Containers of a project lack. Writes nothing. */
export function devcontainerChanges(
  request: DevcontainerRequest,
  world: EditorWorld,
): Result<EditorChanges, readonly Failure[]> {
  const root = locateRoot(world, request.project);
  if (!root.ok) return fail([root.failure]);
  const project = readProject(root.value, world);
  if (!project.ok) return project;
  const modules = chosenModules(project.value, request.module);
  if (!modules.ok) return fail([modules.failure]);
  const own = world.files.confined(root.value);
  const changes: EditorChange[] = [];
  const failures: Failure[] = [];
  for (const module of modules.value) {
    const path = devcontainerPath(module);
    const before = own.read(join(root.value, path));
    const wanted = devcontainer(project.value.name, module);
    const after = before.ok ? mergeJson(before.value, wanted, path) : before;
    if (!after.ok) failures.push(after.failure);
    else if (before.ok && after.value !== before.value) {
      changes.push({ path, isNew: before.value === undefined, after: after.value });
    }
  }
  if (failures.length > 0) return fail(failures);
  return ok({ root: root.value, changes, files: modules.value.map(devcontainerPath) });
}

function chosenModules(
  { modules }: Project,
  wanted: string | undefined,
): Result<readonly Module[], Failure> {
  const chosen =
    wanted === undefined ? modules : modules.filter((module) => module.name === wanted);
  if (chosen.length > 0) return ok(chosen);
  const names = modules.map((module) => module.name);
  if (names.length === 0) {
    const cure = 'dev.yaml names them: docs/dev-yaml.md';
    return fail({ reason: 'usage', what: 'this project has no modules', cure });
  }
  const cure = didYouMean(wanted ?? '', names, 'There are');
  return fail({ reason: 'usage', what: `there is no module ${wanted ?? ''}`, cure });
}

/** Writes them. */
export function writeEditorChanges(
  { root, changes }: EditorChanges,
  { files }: Pick<World, 'files'>,
): Result<void, Failure> {
  const own = files.confined(root);
  for (const { path, after } of changes) {
    const target = join(root, path);
    const made = own.makeDirectory(dirname(target));
    if (!made.ok) return made;
    const written = own.writeAtomic(target, after);
    if (!written.ok) return written;
  }
  return ok(undefined);
}
