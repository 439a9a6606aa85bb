import type { Failure } from '../events/failure.ts';
import type { Clock } from '../ports/clock.ts';
import { fail, ok, type Result } from '../util/result.ts';
import type { ServiceFollower } from './service-follower.ts';

/** One that starts is waited for so long; one that is not there, or gone for a moment, so long. */
const READY_LIMIT_MS = 60_000;
const ABSENT_LIMIT_MS = 3_000;
const LOOK_MS = 250;

interface Parts {
  readonly services: Pick<ServiceFollower, 'running' | 'absence' | 'refresh'>;
  readonly clock: Clock;
}

/** Waits until services run, and are healthy where anybody asks; resolves at once when aborted. */
export async function awaitNeeded(
  names: readonly string[],
  { services, clock }: Parts,
  signal: AbortSignal,
): Promise<Result<void, Failure>> {
  const sinceMs = clock.steady();
  for (;;) {
    const behind = names.find((name) => {
      const container = services.running(name);
      return container === undefined || !['healthy', 'none'].includes(container.health);
    });
    if (behind === undefined || signal.aborted) return ok(undefined);
    const waitedMs = clock.steady() - sinceMs;
    const isThere = services.running(behind) !== undefined;
    if (waitedMs >= (isThere ? READY_LIMIT_MS : ABSENT_LIMIT_MS)) {
      return fail(isThere ? unready(behind) : services.absence(behind));
    }
    await clock.sleep(LOOK_MS, signal).catch(() => undefined);
    await services.refresh();
  }
}

function unready(name: string): Failure {
  return {
    reason: 'check',
    what: `${name} is not healthy, and this check needs it`,
    cure: `dev logs ${name}`,
    about: { service: name },
  };
}
