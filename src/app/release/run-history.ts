import { join } from 'node:path';
import type { DeliveryPlaces } from '../../model/places.ts';
import type { World } from '../../ports/world.ts';
import { parseRecord, type RunRecord } from '../../release/run-record.ts';
import { runLock } from './sweep.ts';

/** All runs that are remembered, the newest first. What is damaged is left out. */
export function runHistory(
  { history }: Pick<DeliveryPlaces, 'history'>,
  { files }: Pick<World, 'files'>,
): readonly RunRecord[] {
  return files
    .list(history)
    .toReversed()
    .flatMap((name) => {
      const text = files.read(join(history, name));
      return (text.ok && text.value !== undefined && parseRecord(text.value)) || [];
    });
}

/** Ids of the runs that are at work. Others that have no end were killed. */
export async function livingRuns(
  runs: readonly RunRecord[],
  places: Pick<DeliveryPlaces, 'runs'>,
  { locks }: Pick<World, 'locks'>,
): Promise<ReadonlySet<string>> {
  const open = runs.filter(({ endedAtMs }) => endedAtMs === undefined);
  const held = await Promise.all(
    open.map(({ id }) => locks.isHeld(runLock(join(places.runs, id)))),
  );
  return new Set(open.filter((_, at) => held[at] === true).map(({ id }) => id));
}
