import type { Report } from '../../events/progress.ts';
import type { Clock } from '../../ports/clock.ts';

/** After so much silence it is said that there is some. */
const TOLD_AFTER_MS = 60_000;
/** After so much more nobody waits any longer for what no Ctrl-C can end. */
const GIVEN_UP_AFTER_MS = 600_000;

interface Awaited {
  /** What is waited for, in a few words. */
  readonly doing: string;
  /** It cannot be interrupted: after ten minutes of silence it is given up. */
  readonly uncut: boolean;
  readonly over: Promise<unknown>;
  readonly giveUp: () => void;
}

/**
 * Looks after something that may never end: a server that waits for a lock of somebody's, a disk that
 * does not answer. Big data takes long, so no time is too long as long as anything moves.
 * @returns to be called whenever something moves.
 */
export function whilePatient(
  { doing, uncut, over, giveUp }: Awaited,
  clock: Pick<Clock, 'steady' | 'sleep'>,
  report: Report,
): () => void {
  const ended = new AbortController();
  const end = (): void => ended.abort();
  over.then(end, end);
  let movedAtMs = clock.steady();
  let isTold = false;
  const tell = (text: string): void => report({ kind: 'note', level: 'warning', text });
  const watch = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      const silentMs = clock.steady() - movedAtMs;
      if (uncut && silentMs >= GIVEN_UP_AFTER_MS) {
        tell(`${doing}: nothing has moved for ten minutes, it is given up`);
        giveUp();
        return;
      }
      if (silentMs >= TOLD_AFTER_MS && !isTold) {
        isTold = true;
        const way = uncut ? 'it is given up after ten' : 'Ctrl-C ends it';
        tell(`${doing}: nothing has moved for a minute; ${way}`);
      }
      const next = isTold ? GIVEN_UP_AFTER_MS : TOLD_AFTER_MS;
      // Whoever is told once and can be interrupted needs no more watching.
      if (isTold && !uncut) return;
      await clock.sleep(Math.max(next - silentMs, 1), ended.signal);
    }
  };
  // A sleep that is cut short: it is over.
  watch().catch(() => undefined);
  return () => {
    movedAtMs = clock.steady();
    isTold = false;
  };
}
