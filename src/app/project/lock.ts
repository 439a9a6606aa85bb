import { dirname, join } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import type { Progress, ProgressEvent } from '../../events/progress.ts';
import { ensurePrivate } from '../../generate/private-folder.ts';
import { personFolder } from '../../generate/person-folder.ts';
import type { Places } from '../../model/places.ts';
import type { HeldLock, LockHolder } from '../../ports/locks.ts';
import type { World } from '../../ports/world.ts';
import { ok, type Result } from '../../util/result.ts';
import { hearOther } from './shared-progress.ts';
import type { Located } from './locate.ts';
import { stopOldSession, stopSession } from '../session/ensure-session.ts';

const LOCK_PATIENCE_MS = 600_000;
const LOOK_MS = 200;

/**
 * Takes the project's lock, which whoever changes what runs has to have: one at a time. Who waits for
 * it is told for whom, and what that one tells.
 */
export async function lockProject(
  { lock }: Pick<Places, 'lock'>,
  purpose: string,
  { files, host, locks, clock }: Pick<World, 'files' | 'host' | 'locks' | 'clock'>,
  { report, signal }: Progress,
): Promise<Result<HeldLock, Failure>> {
  const folders = [personFolder(host), dirname(lock)];
  const made = ensurePrivate(folders, files, host.uid);
  if (!made.ok) return made;
  const over = new AbortController();
  let hearing: Promise<void> | undefined;
  const acquired = await locks.acquire(lock, purpose, {
    patienceMs: LOCK_PATIENCE_MS,
    signal,
    onWait: (holder) => {
      report(waitingNote(holder));
      if (holder === undefined) return;
      hearing ??= hearOther(report, { lock, pid: holder.pid, files, clock, signal: over.signal });
    },
  });
  over.abort();
  await hearing;
  return acquired;
}

/** Waits until nobody has the project's lock, for as long as whoever takes it would. Changes nothing. */
export async function lockFreed(
  { lock }: Pick<Places, 'lock'>,
  { locks, clock }: Pick<World, 'locks' | 'clock'>,
  { report, signal }: Progress,
): Promise<void> {
  const endMs = clock.steady() + LOCK_PATIENCE_MS;
  let isTold = false;
  while (!signal.aborted && clock.steady() < endMs && (await locks.isHeld(lock))) {
    if (!isTold) report(waitingNote(undefined));
    isTold = true;
    await clock.sleep(LOOK_MS, signal).catch(() => undefined);
  }
}

function waitingNote(holder: LockHolder | undefined): ProgressEvent {
  const who = holder === undefined ? '' : ` (${holder.purpose}, process ${String(holder.pid)})`;
  if (holder?.isStopped !== true) {
    return { kind: 'note', level: 'info', text: `waiting: another dev is at work here${who}` };
  }
  const text = [
    `waiting: another dev is at work here and stopped${who}`,
    `go on with it (fg in its terminal), or end it: kill -KILL ${String(holder.pid)}`,
  ];
  return { kind: 'note', level: 'warning', text: text.join('; ') };
}

/**
 * Takes an environment down by `work`, while nobody else is at work on the project and no session
 * puts back what is gone. A lock that cannot be written (full disk) keeps nobody from it.
 */
export async function withoutSession<T>(
  { places }: Pick<Located, 'places'>,
  purpose: string,
  world: Pick<World, 'files' | 'host' | 'locks' | 'live' | 'clock' | 'processes'>,
  progress: Progress,
  work: () => Promise<Result<T, Failure>>,
): Promise<Result<T, Failure>> {
  await stopOldSession(join(places.dev, 'session.sock'), world);
  // It may have the lock, for an edit that it carries out.
  await stopSession(places, purpose, world);
  const locked = world.files.isDirectory(places.state)
    ? await lockProject(places, purpose, world, progress)
    : ok(undefined);
  if (!locked.ok && locked.failure.reason !== 'files') return locked;
  try {
    // A `dev up` that was waited for has started one.
    await stopSession(places, purpose, world);
    return await work();
  } finally {
    await stopSession(places, purpose, world);
    if (locked.ok) await locked.value?.release();
  }
}
