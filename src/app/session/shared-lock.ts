import type { Failure } from '../../events/failure.ts';
import type { Places } from '../../model/places.ts';
import type { HeldLock } from '../../ports/locks.ts';
import type { World } from '../../ports/world.ts';
import type { Result } from '../../util/result.ts';
import { lockProject } from '../project/lock.ts';

type Taken = Result<HeldLock, Failure>;

/** The project's lock for work of this process that may go on side by side: the last one frees it. */
export function sharedLock(
  places: Places,
  world: Pick<World, 'files' | 'host' | 'locks' | 'clock'>,
  signal: AbortSignal,
): <T>(run: () => Promise<Result<T, Failure>>) => Promise<Result<T, Failure>> {
  let users = 0;
  let held: Promise<Taken> | undefined;
  return async (run) => {
    users += 1;
    held ??= lockProject(places, 'a sync of files', world, { report: () => undefined, signal });
    const mine = held;
    try {
      const taken = await mine;
      return taken.ok ? await run() : taken;
    } finally {
      users -= 1;
      if (users === 0) {
        held = undefined;
        const taken = await mine;
        if (taken.ok) await taken.value.release();
      }
    }
  };
}
