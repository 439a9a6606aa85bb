import { join } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import type { Report } from '../../events/progress.ts';
import type { HeldLock } from '../../ports/locks.ts';
import type { World } from '../../ports/world.ts';
import { ok, type Result } from '../../util/result.ts';
import type { Located } from './locate.ts';
import { stopSession } from '../session/client.ts';

interface Progress {
  readonly report: Report;
  readonly signal: AbortSignal;
}

const LOCK_PATIENCE_MS = 600_000;

/**
 * Takes the project's lock, which whoever changes what runs has to have: one at a time.
 * @param devDirectory absolute path of `.dev`, which has to be there.
 */
export function lockProject(
  devDirectory: string,
  purpose: string,
  { locks }: Pick<World, 'locks'>,
  { report, signal }: Progress,
): Promise<Result<HeldLock, Failure>> {
  return locks.acquire(join(devDirectory, 'lock'), purpose, {
    patienceMs: LOCK_PATIENCE_MS,
    signal,
    onWait: (holder) => {
      const who = holder === undefined ? '' : ` (${holder.purpose}, process ${String(holder.pid)})`;
      report({ kind: 'note', level: 'info', text: `waiting: another dev is at work here${who}` });
    },
  });
}

/**
 * Takes an environment down by `work`, while nobody else is at work on the project and no session
 * puts back what is gone. A lock that cannot be written (full disk) keeps nobody from it.
 */
export async function withoutSession<T>(
  { devDirectory }: Pick<Located, 'devDirectory'>,
  purpose: string,
  world: Pick<World, 'files' | 'locks' | 'live' | 'clock'>,
  progress: Progress,
  work: () => Promise<Result<T, Failure>>,
): Promise<Result<T, Failure>> {
  // It may have the lock, for an edit that it carries out.
  await stopSession(devDirectory, purpose, world);
  const locked = world.files.isDirectory(devDirectory)
    ? await lockProject(devDirectory, purpose, world, progress)
    : ok(undefined);
  if (!locked.ok && locked.failure.reason !== 'files') return locked;
  try {
    // A `dev up` that was waited for has started one.
    await stopSession(devDirectory, purpose, world);
    return await work();
  } finally {
    await stopSession(devDirectory, purpose, world);
    if (locked.ok) await locked.value?.release();
  }
}
