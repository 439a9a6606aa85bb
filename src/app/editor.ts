import { dirname, join } from 'node:path';
import type { Failure } from '../events/failure.ts';
import type { Module } from '../model/module.ts';
import type { Project } from '../model/project.ts';
import type { World } from '../ports/world.ts';
import { noModule } from './project/no-module.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { languageHierarchy } from './project/image-versions.ts';
import { devcontainerPath } from '../model/devcontainer-path.ts';
import { devcontainer } from './editor/devcontainer.ts';
import { mergeJson } from './editor/merge-json.ts';
import { vscodeFiles, type EditorFile } from './editor/vscode.ts';
import { debugTargets } from './debug/target.ts';
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
  /** Undefined: it is new. */
  readonly before: string | undefined;
  readonly after: string;
}

export interface EditorChanges {
  readonly root: string;
  readonly changes: readonly EditorChange[];
  /** All that were looked at, relative. */
  readonly files: readonly string[];
}

type EditorWorld = Pick<World, 'files' | 'host'>;

function foundProject(
  project: string | undefined,
  world: EditorWorld,
): Result<Project, readonly Failure[]> {
  const root = locateRoot(world, project);
  return root.ok ? readProject(root.value, world) : fail([root.failure]);
}

/** What the Dev Containers of a project lack. Writes nothing. */
export function devcontainerChanges(
  request: DevcontainerRequest,
  world: EditorWorld,
): Result<EditorChanges, readonly Failure[]> {
  const found = foundProject(request.project, world);
  if (!found.ok) return found;
  const project = found.value;
  const modules = chosenModules(project, request.module);
  if (!modules.ok) return fail([modules.failure]);
  const files = modules.value.map((module) => ({
    path: devcontainerPath(module),
    wanted: devcontainer(project.name, module),
    itemKeys: {},
  }));
  return changesOf(project.root, files, world);
}

/** What VS Code's files of a project lack. Writes nothing. */
export function vscodeChanges(
  request: Pick<DevcontainerRequest, 'project'>,
  world: EditorWorld,
): Result<EditorChanges, readonly Failure[]> {
  const found = foundProject(request.project, world);
  if (!found.ok) return found;
  const project = found.value;
  const hierarchy = languageHierarchy(project, world);
  if (!hierarchy.ok) return hierarchy;
  const { modules } = project;
  const targets = debugTargets(modules, hierarchy.value);
  return changesOf(project.root, vscodeFiles({ modules, targets }), world);
}

function changesOf(
  root: string,
  wanted: readonly EditorFile[],
  { files }: EditorWorld,
): Result<EditorChanges, readonly Failure[]> {
  const own = files.confined(root);
  const changes: EditorChange[] = [];
  const failures: Failure[] = [];
  for (const file of wanted) {
    const before = own.read(join(root, file.path));
    const after = before.ok
      ? mergeJson(before.value, file.wanted, file.path, file.itemKeys)
      : before;
    if (!after.ok) failures.push(after.failure);
    else if (before.ok && after.value !== before.value) {
      changes.push({ path: file.path, before: before.value, after: after.value });
    }
  }
  if (failures.length > 0) return fail(failures);
  return ok({ root, changes, files: wanted.map(({ path }) => path) });
}

function chosenModules(
  { modules }: Project,
  wanted: string | undefined,
): Result<readonly Module[], Failure> {
  const chosen =
    wanted === undefined ? modules : modules.filter((module) => module.name === wanted);
  if (chosen.length > 0) return ok(chosen);
  return fail(noModule(wanted ?? '', modules, 'There are'));
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
