import { join } from 'node:path';
import type { Failure } from '../events/failure.ts';
import { volumesOf, type ModuleInstall } from '../generate/module-install.ts';
import type { InstallRun, InstallSource } from '../generate/install-runs.ts';
import type { Files } from '../ports/files.ts';
import { fail, ok, type Result } from '../util/result.ts';
import {
  afterTaken,
  createVolumes,
  INTERRUPTED,
  removeContainer,
  runInstallContainer,
  volumeLabels,
  type InstallRequest,
} from './run-install.ts';
import { clearStage, isOnShelf, markFilled, takePlace } from './shared-install.ts';

/**
 * Makes the folders that are mounted, and those that something is mounted on. Otherwise the engine
 * makes them, and they are root's, in the middle of the person's repository.
 */
export function makeMountPoints(
  installs: Iterable<ModuleInstall>,
  { files, root }: { readonly files: Files; readonly root: string },
): Result<void, Failure> {
  const own = files.confined(root);
  for (const { folder, install, module, caches } of installs) {
    for (const cache of caches) {
      // Also where it is there: none of its folders is a link that came with the repository.
      const made = own.makeDirectory(cache.folder, { mode: 0o700 });
      if (!made.ok) return made;
    }
    const inside = install.directories.filter((directory) => !directory.startsWith('/'));
    const written = join(root, folder);
    const real = files.realPath(written) ?? written;
    if (inside.length > 0 && real !== root && !real.startsWith(`${root}/`)) {
      return fail(swappedFolder(module.name, written, real));
    }
    for (const directory of inside) {
      const path = join(real, directory);
      const made = files.isDirectory(path) ? ok(undefined) : own.makeDirectory(path);
      if (!made.ok) return made;
    }
  }
  return ok(undefined);
}

/** It lay in the project when the definition was read. */
function swappedFolder(module: string, written: string, folder: string): Failure {
  return {
    reason: 'files',
    what: `the folder of ${module} was swapped: ${written} leads to ${folder} now`,
    why: 'it lay in the project when the definition was read',
    cure: `ls -ld ${written}   shows what is there; code in a container may have put it there`,
  };
}

/**
 * Copies what another worktree holds, and looks at it.
 * @returns whether all of it is there, as it was when it was installed.
 */
async function copyTwin(
  run: InstallRun,
  request: InstallRequest,
  onLine: (line: string) => void,
): Promise<Result<boolean, Failure>> {
  const cleared = clearStage(run.install, request);
  if (!cleared.ok) return cleared;
  const ran = await runInstallContainer(run, request, onLine);
  if (!ran.ok) return ran.failure.reason === 'interrupted' ? ran : ok(false);
  if (ran.value === 'taken') await removeContainer(run.install, request);
  return ok(ran.value === 'done' && isOnShelf(run.install, request));
}

/** One install until it is complete, whoever completes it. */
async function complete(
  run: InstallRun,
  request: InstallRequest,
  onLine: (line: string) => void,
): Promise<Result<void, Failure>> {
  const { install } = run;
  const { engine, project, signal } = request;
  if (isOnShelf(install, request) && install.mounts.length + install.caches.length === 0) {
    return takePlace(install, request);
  }
  if (run.source.kind === 'worktree') {
    const copied = await copyTwin(run, request, onLine);
    if (!copied.ok) return copied;
    if (copied.value) return takePlace(install, request);
  }
  // What could not be copied is installed.
  const source: InstallSource = run.source.kind === 'worktree' ? { kind: 'command' } : run.source;
  for (;;) {
    const created = await createVolumes(install, request);
    if (!created.ok) return created;
    const cleared = clearStage(install, request);
    if (!cleared.ok) return cleared;
    const ran = await runInstallContainer({ install, source }, request, onLine);
    if (!ran.ok) return ran;
    const done = ran.value === 'done' || (await afterTaken(install, request, onLine));
    if (signal?.aborted === true) return fail(INTERRUPTED);
    if (!done) continue;
    const marked = markFilled(install, request);
    if (!marked.ok) return marked;
    const placed = takePlace(install, request);
    if (!placed.ok || volumesOf(install).length === 0) return placed;
    return engine.createVolume(install.marker, volumeLabels(project, install));
  }
}

/**
 * Installs what is locked, in a one-off container of the module's base image, into volumes of its
 * own or into folders of the project. What marks the install complete is made last, so one that was
 * killed is repeated.
 */
export async function installDependencies(
  run: InstallRun,
  request: InstallRequest,
): Promise<Result<void, Failure>> {
  const { install, cause } = run;
  const { report, clock, signal } = request;
  const points = makeMountPoints([install], request);
  if (!points.ok) return points;
  if (signal?.aborted === true) return fail(INTERRUPTED);
  const id = `install:${install.module.name}`;
  const label = `Install dependencies of ${install.module.name}`;
  const startedAtMs = clock.steady();
  report({ kind: 'step-started', id, label: `${label} (${cause})` });
  const result = await complete(run, request, (line) =>
    report({ kind: 'step-progress', id, detail: line }),
  );
  const durationMs = clock.steady() - startedAtMs;
  const outcome = result.ok ? 'done' : 'failed';
  report({ kind: 'step-finished', id, label, outcome, durationMs });
  return result;
}
