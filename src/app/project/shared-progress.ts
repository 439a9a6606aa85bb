/**
 * What the one at work tells of itself, for those who wait until it has ended: whoever types `dev up`
 * while the session applies an edit sees how far that is.
 */
import type { ProgressEvent, Report } from '../../events/progress.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Files } from '../../ports/files.ts';
import { readJson } from '../../util/read-json.ts';

/** So many events are kept for those who come later. */
const KEPT = 200;
/** Newer details of steps are told this often at most. */
const DETAIL_MS = 200;
/** How often those who wait look. */
const LOOK_MS = 200;

interface Told {
  readonly pid: number;
  /** Number of the first of `events`, from 0. */
  readonly first: number;
  readonly events: readonly ProgressEvent[];
}

const placeOf = (lock: string): string => `${lock}.progress`;

interface Telling {
  /** Path of the lock that it has. */
  readonly lock: string;
  readonly pid: number;
  /** Whether this process may have had the lock before. */
  readonly hadBefore: boolean;
  readonly files: Pick<Files, 'writeAtomic'>;
  readonly clock: Pick<Clock, 'steady'>;
}

/**
 * Reports as before, and to those who wait for the lock. What was told last stays for those who have
 * not read it yet; a disk that is full keeps nobody from work.
 */
export function tellOthers(
  report: Report,
  { lock, pid, hadBefore, files, clock }: Telling,
): Report {
  let first = 0;
  let events: readonly ProgressEvent[] = [];
  let writtenAtMs = 0;
  const write = (): void => {
    const told: Told = { pid, first, events };
    files.writeAtomic(placeOf(lock), JSON.stringify(told), { mode: 0o600, flush: false });
  };
  // The same process may have had the lock before: that is no news.
  if (hadBefore) write();
  let isTold = hadBefore;
  return (event) => {
    report(event);
    if (event.kind === 'step-progress' && clock.steady() - writtenAtMs < DETAIL_MS) return;
    writtenAtMs = clock.steady();
    const all = [...events, event];
    first += Math.max(0, all.length - KEPT);
    events = all.slice(-KEPT);
    // Who does nothing writes nothing: that is what there is nothing to do is known by.
    isTold ||= event.kind !== 'note';
    if (isTold) write();
  };
}

interface Hearing {
  readonly lock: string;
  /** Of the one at work. */
  readonly pid: number;
  readonly files: Pick<Files, 'read'>;
  readonly clock: Clock;
  /** Aborted when it is not waited for any longer. */
  readonly signal: AbortSignal;
}

/** Reports what the one at work tells, until it is not waited for any longer. */
export async function hearOther(
  report: Report,
  { lock, pid, files, clock, signal }: Hearing,
): Promise<void> {
  let heard = 0;
  const running = new Map<string, string>();
  const isOver = (): boolean => signal.aborted;
  for (;;) {
    const told = readTold(lock, files);
    const events = told?.pid === pid ? told.events.slice(Math.max(0, heard - told.first)) : [];
    if (told?.pid === pid) heard = Math.max(heard, told.first + told.events.length);
    for (const event of events) {
      if (event.kind === 'step-started') running.set(event.id, event.label);
      if (event.kind === 'step-finished') running.delete(event.id);
      // Its steps are not ours: ours may have the same names.
      report(event.kind === 'note' ? event : { ...event, id: `other:${event.id}` });
    }
    if (isOver()) break;
    await clock.sleep(LOOK_MS, signal).catch(() => undefined);
  }
  for (const [id, label] of running) {
    const step = { id: `other:${id}`, label, outcome: 'unchanged', durationMs: 0 } as const;
    report({ kind: 'step-finished', ...step, detail: 'begun by the other dev' });
  }
}

function readTold(lock: string, files: Pick<Files, 'read'>): Told | undefined {
  // Written above; one of another version that is not so is not heard.
  const told = (readJson(placeOf(lock), files) ?? {}) as Partial<Told>;
  const { pid, first, events } = told;
  if (typeof pid !== 'number' || typeof first !== 'number') return undefined;
  return Array.isArray(events) ? { pid, first, events } : undefined;
}
