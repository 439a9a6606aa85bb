import { lastLogLines } from '../../engine/last-lines.ts';
import type { Failure } from '../../events/failure.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import type { Located } from '../project/locate.ts';
import type { Trying } from './trying.ts';

const LOOK_MS = 100;

/** Kills one container of each module, all at once. */
export async function killModules(trying: Trying, { instance }: Located) {
  const { setting, world } = trying;
  const engine = await world.engine();
  const listed = await engine.containers(instance);
  if (!listed.ok) return listed;
  const runs = listed.value.filter(({ oneOff, state }) => !oneOff && state === 'running');
  const victims = setting.project.modules.flatMap(
    ({ name }) => runs.find(({ service }) => service === name) ?? [],
  );
  const begunMs = new Map<string, number>();
  for (const { id } of victims) {
    const detail = await engine.inspect(id);
    if (!detail.ok) return detail;
    begunMs.set(id, detail.value.startedAtMs);
  }
  const killed = await Promise.all(victims.map(({ id }) => engine.signalContainer(id, 'SIGKILL')));
  const failed = killed.find((one) => !one.ok);
  if (failed?.ok === false) return failed;
  const ended = await Promise.all(victims.map(({ id }) => untilEnded(id, begunMs.get(id), trying)));
  const lost = ended.find((one) => !one.ok);
  return lost?.ok === false ? lost : ok(victims.map(({ service }) => service));
}

/** A service that nobody asks for its health is well when it has run for so long. */
const STEADY_MS = 2_000;
/** Whoever ended so often since the kill does not come back. */
const ENDS = 3;
const SHOWN_LINES = 15;

/**
 * How a container that was killed does: well, on its way, or it ends again and again.
 * @param seen since when each start of each was seen, by our own steady clock: the engine has another
 */
async function conditionOf(
  id: string,
  seen: Map<string, number>,
  { world }: Trying,
): Promise<Result<'well' | 'on its way' | 'ends', Failure>> {
  const detail = await (await world.engine()).inspect(id);
  if (!detail.ok) return detail;
  const { state, health, startedAtMs, restartCount } = detail.value;
  if (restartCount >= ENDS || state === 'exited' || state === 'dead') return ok('ends');
  if (state !== 'running') return ok('on its way');
  const start = `${id}:${String(startedAtMs)}`;
  const nowMs = world.clock.steady();
  const sinceMs = seen.get(start) ?? nowMs;
  seen.set(start, sinceMs);
  const isSteady = nowMs - sinceMs > STEADY_MS;
  return ok(health === 'healthy' || (health === 'none' && isSteady) ? 'well' : 'on its way');
}

/** Policies bring back by themselves what was killed: it may look well, and end again. */
export async function untilWell(
  trying: Trying,
  { instance }: Located,
  services: readonly string[],
): Promise<Result<void, Failure>> {
  const { world, progress } = trying;
  const engine = await world.engine();
  const seen = new Map<string, number>();
  while (!progress.signal.aborted) {
    const listed = await engine.containers(instance);
    if (!listed.ok) return listed;
    const own = listed.value.filter(({ oneOff, service }) => !oneOff && services.includes(service));
    let isWell = true;
    for (const { id, service } of own) {
      const condition = await conditionOf(id, seen, trying);
      if (!condition.ok) return condition;
      if (condition.value === 'ends') {
        const detail = await lastLogLines(engine, id, SHOWN_LINES);
        const what = `after ${service} had been killed: it ends again and again`;
        return fail({ reason: 'service', what, detail });
      }
      isWell &&= condition.value === 'well';
    }
    if (isWell) return ok(undefined);
    await world.clock.sleep(LOOK_MS);
  }
  return fail({ reason: 'interrupted', what: 'the smoke test was interrupted' });
}

/** Until a killed container is seen to have ended, or runs again by its own policy: before that it looks well. */
async function untilEnded(
  id: string,
  startedAtMs: number | undefined,
  { world, progress }: Trying,
): Promise<Result<void, Failure>> {
  const engine = await world.engine();
  while (!progress.signal.aborted) {
    const detail = await engine.inspect(id);
    if (!detail.ok) return detail;
    if (detail.value.state !== 'running' || detail.value.startedAtMs !== startedAtMs) break;
    await world.clock.sleep(LOOK_MS);
  }
  return ok(undefined);
}
