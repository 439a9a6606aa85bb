import type { Clock } from '../ports/clock.ts';
import type { Engine } from '../ports/engine.ts';

/** What `run-module` says when the module's process ended by itself. */
const DEATH =
  /^onestack: the process ended with exit status (?<status>\d+); it starts again in (?<delay>\d+) s/;
/** A process that has run for so long is said to run. */
export const STEADY_MS = 10_000;
/** A process that ends again and again is started again after at most this time. */
export const LONGEST_PAUSE_MS = 30_000;
/** So many of its last lines are told. */
const LAST_LINES = 15;

export interface ProcessDeath {
  readonly exitStatus: number;
  /** The last lines that it printed, oldest first. */
  readonly lastLines: readonly string[];
}

export interface DeathWatch {
  readonly containerId: string;
  /** Epoch milliseconds: what was printed before is not looked at. */
  readonly sinceMs: number;
  readonly signal: AbortSignal;
  readonly onDeath: (death: ProcessDeath) => void;
}

/**
 * Follows what a module's container prints until its process has run for STEADY_MS without ending.
 * The container outlives the process, so the engine's events say nothing of its end.
 *
 * @returns true once the process is steady; false when the signal was aborted before.
 */
export async function watchDeaths(
  { engine, clock }: { readonly engine: Pick<Engine, 'logs'>; readonly clock: Clock },
  { containerId, sinceMs, signal, onDeath }: DeathWatch,
): Promise<boolean> {
  const over = new AbortController();
  const end = (): void => over.abort();
  signal.addEventListener('abort', end, { once: true });
  let steadyAtMs = clock.now() + STEADY_MS;
  const read = async (): Promise<void> => {
    const lines: string[] = [];
    for await (const { text, atMs } of engine.logs(containerId, {
      follow: true,
      sinceMs,
      signal: over.signal,
    })) {
      const { status, delay } = DEATH.exec(text)?.groups ?? {};
      if (status === undefined || delay === undefined) {
        lines.push(text);
        if (lines.length > LAST_LINES) lines.shift();
      } else {
        steadyAtMs = Math.max(steadyAtMs, atMs + Number(delay) * 1_000 + STEADY_MS);
        onDeath({ exitStatus: Number(status), lastLines: lines.splice(0) });
      }
    }
  };
  // A container that goes takes its log along; the follower of the services tells of that.
  const reading = read().catch(() => undefined);
  while (!signal.aborted && clock.now() < steadyAtMs) {
    await clock.sleep(steadyAtMs - clock.now(), signal).catch(() => undefined);
  }
  over.abort();
  signal.removeEventListener('abort', end);
  await reading;
  return !signal.aborted;
}
