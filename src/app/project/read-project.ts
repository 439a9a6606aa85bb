import { join, relative } from 'node:path';
import { textInput } from '../../compose/load/loading.ts';
import { projectName } from '../../compose/load/project-name.ts';
import { Problems } from '../../compose/problems.ts';
import { PROJECT_FILE } from '../../definitions/find-project.ts';
import { loadProject, type LoadProjectDeps } from '../../definitions/load-project.ts';
import type { Failure } from '../../events/failure.ts';
import type { ComposeFiles, Project } from '../../model/project.ts';
import type { World } from '../../ports/world.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { readComposeEnvironment } from './compose-environment.ts';
import { composeFilesAt } from './compose-files.ts';

type ReadWorld = Pick<World, 'files' | 'host'>;

/**
 * The project of a folder: what its `dev.yaml` says, or, where there is only a Compose file, the
 * project that Compose itself would see.
 * @param root as `locateRoot` gives it.
 */
export function readProject(
  root: string,
  { files, host }: ReadWorld,
  names: Pick<LoadProjectDeps, 'imageNames' | 'catalogue'> = {},
): Result<Project, readonly Failure[]> {
  const compose = composeFilesAt(root, { files, host });
  if (!files.exists(join(root, PROJECT_FILE)) && compose.ok && compose.value !== undefined) {
    return plainProject(root, compose.value, { files, host });
  }
  const found = compose.ok ? compose.value : undefined;
  const project = loadProject(root, { files, compose: found, ...names });
  if (project.ok && compose.ok) return project;
  return fail([...(project.ok ? [] : project.failure), ...(compose.ok ? [] : compose.failure)]);
}

function plainProject(
  root: string,
  compose: ComposeFiles,
  { files, host }: ReadWorld,
): Result<Project, readonly Failure[]> {
  const display = (path: string): string => shownIn(root, path);
  const { environment } = host;
  const folders = [root, compose.directory];
  const read = readComposeEnvironment({ folders, environment, display }, files);
  if (!read.ok) return read;
  const problems = new Problems();
  const inputs = [];
  for (const path of compose.files) {
    const text = files.read(path);
    if (!text.ok) return fail([{ ...text.failure, reason: 'definition' }]);
    const source = { display: display(path), text: text.value ?? '' };
    inputs.push(textInput(path, source, problems));
  }
  const variables = new Map(Object.entries(read.value.variables));
  const request = { projectDirectory: compose.directory, interpolate: true };
  const name = problems.found() ? undefined : projectName(inputs, request, variables, problems);
  if (name === undefined) return fail(problems.all);
  return ok({
    root,
    name,
    definedBy: 'compose',
    compose,
    modules: [],
    services: new Map(),
    windows: [],
    probes: [],
    commands: [],
    hooks: [],
    parity: [],
    pipeline: { smoke: undefined, stages: [] },
    gates: new Map(),
    router: undefined,
    store: { registry: undefined, signedBy: [] },
  });
}

/** A path as people of the project know it: relative where it lies inside. */
export function shownIn(root: string, path: string): string {
  return path.startsWith(`${root}/`) ? relative(root, path) : path;
}
