import type { Clock } from '../ports/clock.ts';
import type { Engine } from '../ports/engine.ts';

/** What `run-module` says when the module's process ended by itself. */
const DEATH =
  /^onestack: the process ended with exit status (?<status>\d+); it starts again in (?<delay>\d+) s/;
/** A process that has run for so long is said to run. */
export const STEADY_MS = 10_000;
/** A process that ends again and again is started again after at most this time. */
export const LONGEST_PAUSE_MS = 30_000;
/** What a process prints and the word of its end come through two pipes: its last lines may be the later ones. */
const LATE_MS = 200;
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
  /** The process has run for STEADY_MS since it was started, or started again. */
  readonly onSteady: () => void;
}

/**
 * Follows what a module's container prints, until it ends or the signal is aborted. The container
 * outlives the process, so the engine's events say nothing of the process's end.
 */
export async function watchDeaths(
  { engine, clock }: { readonly engine: Pick<Engine, 'logs'>; readonly clock: Clock },
  { containerId, sinceMs, signal, onDeath, onSteady }: DeathWatch,
): Promise<void> {
  /** The process that runs, or is to run: that of another start is not told as steady. */
  let start = 0;
  const awaitSteady = async (inMs: number): Promise<void> => {
    start += 1;
    const mine = start;
    await clock.sleep(inMs + STEADY_MS, signal).catch(() => undefined);
    if (!signal.aborted && mine === start) onSteady();
  };
  void awaitSteady(0);
  const lines: string[] = [];
  try {
    for await (const { text } of engine.logs(containerId, {
      follow: true,
      sinceMs,
      signal,
    })) {
      const { status, delay } = DEATH.exec(text)?.groups ?? {};
      if (status === undefined || delay === undefined) {
        lines.push(text);
        if (lines.length > LAST_LINES) lines.shift();
      } else {
        // The line has the engine's time, which is another one than ours.
        void awaitSteady(Number(delay) * 1_000);
        const told = (): void =>
          onDeath({ exitStatus: Number(status), lastLines: lines.splice(0) });
        void clock.sleep(LATE_MS, signal).then(told, () => undefined);
      }
    }
  } catch {
    // A container that goes takes its log along; the follower of the services tells of that.
  }
  start += 1;
}
