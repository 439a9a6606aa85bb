import { join } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import type { Progress } from '../../events/progress.ts';
import type { World } from '../../ports/world.ts';
import { fail, type Result } from '../../util/result.ts';
import { ensureDelivery } from './workspace.ts';

/** Somebody who pushes large images, or runs long tests, may take long. */
const PATIENCE_MS = 1_800_000;

interface Turn {
  /** The project's folder. */
  readonly root: string;
  /** What only one may do at a time: the name of a file. */
  readonly what: string;
  /** What this one does, for whoever waits: `dev ci`. */
  readonly purpose: string;
}

/** Waits, and says for whom, until nobody else of this clone does the same. */
export async function oneAtATime<T>(
  { root, what, purpose }: Turn,
  world: Pick<World, 'files' | 'host' | 'locks'>,
  { report, signal }: Progress,
  work: () => Promise<Result<T, readonly Failure[]>>,
): Promise<Result<T, readonly Failure[]>> {
  const delivery = ensureDelivery(root, world);
  if (!delivery.ok) return fail([delivery.failure]);
  const path = join(delivery.value.folder, `${what}.lock`);
  const lock = await world.locks.acquire(path, purpose, {
    patienceMs: PATIENCE_MS,
    signal,
    onWait: (holder) => {
      const who = holder === undefined ? 'somebody' : `${holder.purpose} (${String(holder.pid)})`;
      report({ kind: 'note', level: 'info', text: `waits for ${who}` });
    },
  });
  if (!lock.ok) return fail([lock.failure]);
  try {
    return await work();
  } finally {
    // It says who has the lock; one for every commit would stay for ever.
    world.files.remove(path);
    await lock.value.release();
  }
}
