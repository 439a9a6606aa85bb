import { dirname, join } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import type { Progress } from '../../events/progress.ts';
import { readState, writeState } from '../../generate/state-file.ts';
import { isMapping } from '../../model/plain.ts';
import type { Places } from '../../model/places.ts';
import type { World } from '../../ports/world.ts';
import { ok, type Result } from '../../util/result.ts';
import type { Located } from '../project/locate.ts';
import type { DataContext } from './context.ts';
import { whileStopped } from './pause-holders.ts';
import { withVolume } from './volume-container.ts';

/**
 * Names of volumes that something is being restored into. Written before the first file of one is
 * touched and removed when all is over: what a kill or a crash of the machine cuts off is found by it,
 * also when the next one to look is `dev up`.
 */
function markPlace({ hooks }: Pick<Places, 'hooks'>): string {
  return join(dirname(hooks), 'restoring.json');
}

function parseMark(data: unknown): readonly string[] | undefined {
  const volumes: unknown = isMapping(data) ? data['volumes'] : undefined;
  return Array.isArray(volumes) ? volumes.filter((one) => typeof one === 'string') : undefined;
}

/** Restores with a mark, which stays where the work never comes to its end. */
export async function whileMarked<T>(
  volumes: readonly string[],
  { located, world }: DataContext,
  work: () => Promise<Result<T, Failure>>,
): Promise<Result<T, Failure>> {
  const path = markPlace(located.places);
  const marked = writeState(path, { volumes }, world.files);
  if (!marked.ok) return marked;
  const worked = await work();
  // Whatever failed has put the volumes right, or has said that it could not.
  const removed = worked.ok ? world.files.remove(path) : ok(undefined);
  return removed.ok ? worked : removed;
}

/** Whether a restore did not come to its end. */
export function hasCutRestore(places: Places, { files }: Pick<World, 'files'>): boolean {
  return files.exists(markPlace(places));
}

/** Puts volumes right that a restore was cut off in: what has them is stopped meanwhile. */
export async function finishCutRestore(
  request: { readonly located: Located; readonly yes: boolean },
  world: World,
  progress: Progress,
): Promise<Result<void, Failure>> {
  const path = markPlace(request.located.places);
  const read = readState(path, parseMark, { ...world, report: progress.report });
  if (!read.ok) return read;
  const [engine, data] = await Promise.all([world.engine(), world.dataFiles()]);
  const listed = await engine.volumes({});
  if (!listed.ok) return listed;
  const there = new Set(listed.value.map(({ name }) => name));
  // One that is gone would be made anew.
  const volumes = (read.value ?? []).filter((name) => there.has(name));
  const context: DataContext = { ...request, world, engine, data, progress };
  const finished = await whileStopped(volumes, context, async () => {
    for (const volume of volumes) {
      const right = await withVolume(volume, context, () => Promise.resolve(ok(undefined)));
      if (!right.ok) return right;
    }
    return ok(undefined);
  });
  return finished.ok ? world.files.remove(path) : finished;
}
