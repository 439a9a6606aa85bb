import { join } from 'node:path';
import type { Report } from '../../events/progress.ts';
import type { World } from '../../ports/world.ts';
import { DEV_FOLDER } from '../../model/places.ts';
import type { Sources } from '../../release/sources.ts';
import type { Trials } from './trials.ts';
import { STAGE_LABELS } from '../../release/stage.ts';

/** What a run needs only while it is at work. */
const WORKING = ['src', 'production', 'stages'];
/** The lock of somebody who was killed frees itself within this time. */
const DEAD_WITHIN_MS = 2_500;
/** Of so many runs the logs are kept. */
const KEPT_RUNS = 20;

/** The file that stands for a run being alive. */
export function runLock(folder: string): string {
  return join(folder, 'run.lock');
}

/** Removes what a run worked with; its logs stay. */
export function clearRun(folder: string, { files }: Pick<World, 'files'>): void {
  for (const name of WORKING) files.remove(join(folder, name));
}

/** The name of the lock by which runs of one commit take turns. */
export function turnOf({ commit }: Pick<Sources, 'commit'>): string {
  return `run-${commit}`;
}

const TURN = /^(run-[0-9a-f]{40,64})\.lock(?:\.lock)?$/;

/** Locks of commits that never run again stay where their run was killed; those that somebody holds are left. */
export async function sweepTurns(
  folder: string,
  world: Pick<World, 'files' | 'locks'>,
): Promise<void> {
  const left = world.files.list(folder).flatMap((name) => TURN.exec(name)?.[1] ?? []);
  for (const name of new Set(left)) {
    const path = join(folder, `${name}.lock`);
    const lock = await world.locks.acquire(path, 'dev ci', { patienceMs: 0 });
    if (!lock.ok) continue;
    world.files.remove(path);
    await lock.value.release();
  }
}

/** How many there were; nothing where the engine did not answer, or did not remove one. */
async function removeContainers(
  id: string,
  world: Pick<World, 'engine'>,
): Promise<number | undefined> {
  const engine = await world.engine();
  const listed = await engine.labelledContainers({ [STAGE_LABELS.run]: id });
  if (!listed.ok) return undefined;
  const removed = await Promise.all(
    listed.value.map((one) => engine.removeContainer(one.id, 'removed')),
  );
  return removed.every((one) => one.ok) ? removed.length : undefined;
}

/**
 * Removes what runs left that were killed: their containers and their exports. A run that is at work
 * holds its lock, and nothing of it is touched.
 */
export async function sweepRuns(
  { runs, trials }: { readonly runs: string; readonly trials: Trials | undefined },
  world: World,
  report: Report,
): Promise<void> {
  const ids = world.files.list(runs);
  for (const id of ids) {
    const folder = join(runs, id);
    if (!WORKING.some((name) => world.files.exists(join(folder, name)))) continue;
    const isTried = world.files.exists(join(folder, 'src', DEV_FOLDER));
    // Whoever does not know how to end a trial leaves it to who does.
    if (isTried && trials === undefined) continue;
    const lock = await world.locks.acquire(runLock(folder), 'dev ci', {
      patienceMs: DEAD_WITHIN_MS,
    });
    if (!lock.ok) continue;
    const removed = await removeContainers(id, world);
    if (removed === undefined) {
      // Its folder is what the next run finds its containers by.
      await lock.value.release();
      continue;
    }
    if (isTried) await trials?.end(join(folder, 'src'), world, report);
    clearRun(folder, world);
    await lock.value.release();
    const containers = removed === 0 ? '' : ` and ${String(removed)} of its containers`;
    const text = `removed what the run ${id} left, which was killed${containers}`;
    report({ kind: 'note', level: 'info', text });
  }
  const byAge = ids
    .map((id) => ({ id, atMs: world.files.modifiedMs(join(runs, id)) ?? 0 }))
    .sort((a, b) => b.atMs - a.atMs);
  for (const { id } of byAge.slice(KEPT_RUNS)) world.files.remove(join(runs, id));
}
