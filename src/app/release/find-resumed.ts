import type { Failure } from '../../events/failure.ts';
import { unclaimedPlaces } from '../../generate/instance-places.ts';
import type { DeliveryPlaces } from '../../model/places.ts';
import type { World } from '../../ports/world.ts';
import { resumedRun, type ResumedRun } from '../../release/resumed-run.ts';
import type { RunRecord } from '../../release/run-record.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { readSources } from './read-sources.ts';
import { livingRuns, runHistory } from './run-history.ts';

/** One that was killed a moment ago is known to be dead when nothing was heard of it for so long. */
const LAST_WORD_MS = 3_000;
const LOOK_AGAIN_MS = 200;

/** Runs that are at work, also when one looks again. */
async function livingAtLast(
  records: readonly RunRecord[],
  delivery: Pick<DeliveryPlaces, 'runs'>,
  world: Pick<World, 'locks' | 'clock'>,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const until = world.clock.steady() + LAST_WORD_MS;
  for (;;) {
    const living = await livingRuns(records, delivery, world);
    if (living.size === 0 || world.clock.steady() > until || signal.aborted) return living;
    await world.clock.sleep(LOOK_AGAIN_MS, signal).catch(() => undefined);
  }
}

/**
 * The run that `--resume` goes on with. Every run goes on where others were: what is asked here is whether
 * there is one, so that nobody begins anew who means to go on.
 */
export async function findResumed(
  { root, workingTree }: { readonly root: string; readonly workingTree: string | undefined },
  world: World,
  signal: AbortSignal,
): Promise<Result<ResumedRun, Failure>> {
  const sources = await readSources(root, world, workingTree);
  if (!sources.ok) return sources;
  const { commit } = sources.value;
  const { delivery } = unclaimedPlaces(root, world);
  const records = runHistory(delivery, world);
  const own = records.filter((one) => one.commit === commit);
  const found = resumedRun(own, await livingAtLast(own, delivery, world, signal), commit);
  if (found !== undefined && found.state !== 'running') return ok(found);
  const of = commit.slice(0, 7);
  const what = 'there is nothing to resume';
  if (found !== undefined) {
    const why = `the run of ${of} goes on`;
    return fail({ reason: 'usage', what, why, cure: 'dev ci show --follow; dev ci waits for it' });
  }
  const [latest] = records;
  const isBegun = own.length > 0;
  const other =
    latest === undefined || isBegun ? '' : `, the latest is of ${latest.commit.slice(0, 7)}`;
  const why = isBegun ? `what was begun of ${of} is done` : `no run of ${of} was begun${other}`;
  return fail({ reason: 'usage', what, why, cure: 'dev ci: what is done already is kept anyway' });
}
