import type { Failure } from '../events/failure.ts';
import type { Progress } from '../events/progress.ts';
import { unclaimedPlaces } from '../generate/instance-places.ts';
import type { World } from '../ports/world.ts';
import { omit } from '../util/omit.ts';
import { fail, type Result } from '../util/result.ts';
import { locateRoot } from './project/locate.ts';
import { lockFreed, lockProject } from './project/lock.ts';
import { tellOthers } from './project/shared-progress.ts';
import { bring } from './up/bring.ts';
import type { UpOutcome } from './up/carry-out.ts';
import type { UpRequest } from './up/plan-services.ts';
import { makeSettings } from './up/read-definition.ts';
import { sweepTemporary } from './up/sweep-temporary.ts';

/** For whom somebody waits who comes meanwhile. */
const PURPOSES: Readonly<Record<UpRequest['askedBy'], string>> = {
  person: 'dev up',
  session: 'the session, which applies an edit',
};

/** How often it is planned again, when others take a port or change the engine in the meantime. */
const TRIES = 3;

/**
 * Regenerates everything from the definition files, compares with what runs, and makes the
 * difference. Whatever fails, what runs is left running. It fails where no plan was carried out.
 */
export async function up(
  request: UpRequest,
  world: World,
  progress: Progress,
): Promise<Result<UpOutcome, readonly Failure[]>> {
  const root = locateRoot(world, request.project);
  if (!root.ok) return fail([root.failure]);
  const places = unclaimedPlaces(root.value, world);
  if (request.dryRun) {
    // What somebody has half done by now is no remains of one who was killed.
    if (request.askedBy === 'person') await lockFreed(places, world, progress);
    return bring(request, world, progress);
  }
  const lock = await lockProject(places, PURPOSES[request.askedBy], world, progress);
  if (!lock.ok) return fail([lock.failure]);
  const { pid } = world.host;
  const hadBefore = request.askedBy !== 'person';
  const telling = { ...world, lock: places.lock, pid, hadBefore };
  const told = { ...progress, report: tellOthers(progress.report, telling) };
  try {
    sweepTemporary(places, world, told.report);
    await makeSettings(request, root.value, world, told.report);
    // Only now: whoever had the lock may have waited for an edit.
    return await bringAtLast(request, world, told);
  } finally {
    await lock.value.release();
  }
}

/**
 * Ports are free when they are chosen, and may not be when the engine takes them; what runs may be
 * another when the plan is carried out than when it was made. Then it is planned again; but for a plan
 * that somebody agreed to: another one is theirs to agree to.
 */
async function bringAtLast(
  request: UpRequest,
  world: World,
  progress: Progress,
): Promise<Result<UpOutcome, readonly Failure[]>> {
  for (let tries = 1; ; tries += 1) {
    // What was known before is not believed twice.
    const asked = tries === 1 ? request : omit(request, 'known');
    const outcome = await bring(asked, world, progress);
    if (outcome.ok || tries === TRIES || request.agreed !== undefined) return outcome;
    const note = outcome.failure.flatMap(planAgainText)[0];
    if (note === undefined) return outcome;
    progress.report({ kind: 'note', level: 'info', text: note });
  }
}

/** Says so, where a failure is a reason to plan again. */
function planAgainText({ reason, what, detail = [] }: Failure): readonly string[] {
  if (reason === 'port-taken') return [`${what}: again with another one`];
  const details = detail.length === 0 ? '' : `: ${detail.join('; ')}`;
  return reason === 'world-changed' ? [`${what}, planning again${details}`] : [];
}
