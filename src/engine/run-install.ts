import { posix, join } from 'node:path';
import type { Failure } from '../events/failure.ts';
import type { Report } from '../events/progress.ts';
import {
  DEPENDENCIES_KIND,
  DEPENDENCY_LABELS,
  type ModuleInstall,
} from '../generate/module-install.ts';
import type { InstallRun } from '../generate/install-runs.ts';
import { CONTAINER_PATHS } from '../generate/module-layer.ts';
import type { Clock } from '../ports/clock.ts';
import { runContainer as runCommand } from '../ports/docker-command.ts';
import type { Engine } from '../ports/engine.ts';
import type { Files } from '../ports/files.ts';
import type { Processes } from '../ports/processes.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { emptyFolder, locksNothing } from './empty-install.ts';
import { installSpec, type InstallSetting } from './install-command.ts';
import { installTrouble } from './install-trouble.ts';
import { stagedFolders, type SharedPlaces } from './shared-install.ts';

export interface InstallRequest extends InstallSetting {
  /** Name of the project, for labels. */
  readonly project: string;
  readonly places: SharedPlaces;
  readonly engine: Engine;
  readonly processes: Processes;
  readonly files: Files;
  readonly clock: Clock;
  readonly report: Report;
  readonly signal?: AbortSignal;
}

export const INTERRUPTED: Failure = { reason: 'interrupted', what: 'The install was interrupted' };
/** How many lines of output a failure shows. */
const KEPT_LINES = 30;
/** The engine's exit status when it could not make the container. */
const NOT_CREATED = 125;
/** How long a container may be there without running, before it counts as left behind. */
const STARTING_TRIES = 20;
const STARTING_MS = 250;
const NAME_TAKEN = /container name .* is already in use/i;

function installFailed(
  { module, install, folder }: ModuleInstall,
  status: number,
  output: readonly string[],
): Failure {
  const what = `Dependencies of ${module.name} could not be installed`;
  const text = output.join('\n');
  const detail = output;
  if (/no space left on device|ENOSPC/i.test(text)) {
    const cure = 'Make room: dev images prune, or dev clean';
    return { reason: 'host', what, why: 'The disk is full.', cure, detail };
  }
  if (status === 127 && !text.includes('sh:')) {
    const cure = 'dev doctor --fix';
    return { reason: 'no-engine', what, why: 'There is no docker command.', cure };
  }
  if (/Cannot connect to the Docker daemon/i.test(text)) {
    const cure = 'dev doctor --fix';
    return { reason: 'no-engine', what, why: 'The engine does not answer.', cure };
  }
  const trouble = installTrouble(text);
  if (trouble !== undefined) return { reason: 'install', what, ...trouble, detail };
  const why = `\`${install.run}\` in ${folder} ended with status ${status}.`;
  return { reason: 'install', what, why, cure: 'Mend it, then: dev up', detail };
}

export async function createVolumes(
  install: ModuleInstall,
  { engine, project }: InstallRequest,
): Promise<Result<void, Failure>> {
  for (const { volume } of install.mounts) {
    const created = await engine.createVolume(volume, volumeLabels(project, install));
    if (!created.ok) return created;
  }
  return ok(undefined);
}

/** The labels of the volumes that an install fills, and of its marker. */
export function volumeLabels(
  project: string,
  { module, key }: Pick<ModuleInstall, 'module' | 'key'>,
): Record<string, string> {
  return {
    [DEPENDENCY_LABELS.kind]: DEPENDENCIES_KIND,
    [DEPENDENCY_LABELS.project]: project,
    [DEPENDENCY_LABELS.module]: module.name,
    [DEPENDENCY_LABELS.key]: key,
  };
}

/** Runs the container once. `taken` when another one has its name: somebody does the same install. */
export async function runInstallContainer(
  { install, source }: Pick<InstallRun, 'install' | 'source'>,
  request: InstallRequest,
  onLine: (line: string) => void,
): Promise<Result<'done' | 'taken', Failure>> {
  const { processes, signal, environment, places } = request;
  const way = { staged: stagedFolders(install, places), source };
  const output: string[] = [];
  // The client passes a signal on and waits; taking its container away ends both.
  const removal = (): void => void removeContainer(install, request);
  signal?.addEventListener('abort', removal, { once: true });
  const finished = await processes.run(runCommand(installSpec(install, request, way)), {
    env: environment,
    onLine(line) {
      const empty = emptyFolder(line);
      if (empty !== undefined) tellEmpty(install, empty, request);
      if (line.trim() === '' || empty !== undefined) return;
      output.push(line);
      if (output.length > KEPT_LINES) output.shift();
      onLine(line.trim());
    },
    ...(signal && { signal }),
  });
  signal?.removeEventListener('abort', removal);
  if (finished.status === 0) return ok('done');
  if (finished.status === NOT_CREATED && NAME_TAKEN.test(finished.stderr)) return ok('taken');
  if (signal?.aborted === true) {
    // It may have been made only after the client was told to stop.
    await removeContainer(install, request);
    return fail(INTERRUPTED);
  }
  return fail(installFailed(install, finished.status, output));
}

/** It ended well all the same: what needs it will fail, and nobody would know why. */
function tellEmpty(
  { module, install, folder }: ModuleInstall,
  target: string,
  { root, files, report }: Pick<InstallRequest, 'root' | 'files' | 'report'>,
): void {
  const texts = install.lockfiles.map((name): [string, string] => {
    const text = files.read(join(root, folder, name));
    return [name, (text.ok ? text.value : undefined) ?? ''];
  });
  if (locksNothing(texts)) return;
  const where = posix.relative(posix.join(CONTAINER_PATHS.workspace, folder), target);
  const shown = where.startsWith('..') ? target : where;
  const text = `${module.name}: \`${install.run}\` in ${folder} ended well and left ${shown} empty`;
  report({ kind: 'note', level: 'warning', text });
}

export async function removeContainer(
  install: ModuleInstall,
  { engine }: Pick<InstallRequest, 'engine'>,
): Promise<void> {
  await engine.removeContainer(install.container, 'removed');
}

/** Whether somebody has completed it. */
async function isComplete({ marker }: ModuleInstall, { engine }: InstallRequest): Promise<boolean> {
  const volumes = await engine.volumes({ [DEPENDENCY_LABELS.kind]: DEPENDENCIES_KIND });
  return volumes.ok && volumes.value.some(({ name }) => name === marker);
}

/**
 * Waits for the container of the same install, begun by another `dev up` or by a killed one.
 * @returns whether it ended well, so that the install is complete.
 */
async function awaitOther(install: ModuleInstall, request: InstallRequest): Promise<boolean> {
  const { engine, clock, signal } = request;
  const name = install.container;
  for (let tries = 0; tries < STARTING_TRIES; tries += 1) {
    const looked = await engine.inspect(name);
    if (!looked.ok) return isComplete(install, request);
    const { state, exitCode } = looked.value;
    if (state === 'running') {
      const waited = await engine.waitForExit(name, signal);
      if (waited.ok) return waited.value === 0;
    }
    if ((state === 'exited' || state === 'removing') && exitCode === 0) return true;
    // Being made, or being removed by the engine; to help it would give the other one a failure.
    await clock.sleep(STARTING_MS, signal).catch(() => undefined);
  }
  // Never started, or ended without being removed: in nobody's hands any more.
  await removeContainer(install, request);
  return false;
}

/**
 * After a container of this name was there already. In volumes somebody else may well do the same
 * install. In the project only we do, one at a time: what is there was left by a killed one.
 */
export async function afterTaken(
  install: ModuleInstall,
  request: InstallRequest,
  onLine: (line: string) => void,
): Promise<boolean> {
  if (install.shared.length + install.caches.length > 0) {
    await removeContainer(install, request);
    return false;
  }
  onLine('waiting for the same install, begun elsewhere');
  return awaitOther(install, request);
}
