import type { Failure } from '../events/failure.ts';
import type { Clock } from '../ports/clock.ts';
import type { Result } from '../util/result.ts';
import type { ContainerShell, StartedCheck } from './container-shell.ts';
import { aliveScript, killScript, signalScript } from './shell-script.ts';

/** Between TERM and KILL, for a check that has something to tidy up. */
const TERM_GRACE_MS = 150;
export const KILL_POLL_MS = 15;
/** A process that KILL does not end by then is stuck in the kernel. */
const KILL_LIMIT_MS = 5_000;

/** How often the shell of a running check is looked at. */
const WATCH_INTERVAL_MS = 1_000;

export interface KillOptions {
  /** TERM first, and a moment for what it has to tidy up. */
  readonly grace: boolean;
  /** Also what left the check's session. */
  readonly detached: boolean;
}

/** Lends the shells of a container. */
export interface ShellLender {
  /** A shell in the container that nobody else uses; give it back with `release`. */
  readonly acquire: (containerId: string) => Promise<Result<ContainerShell, Failure>>;
  readonly release: (containerId: string, shell: ContainerShell) => void;
}

/** Looks and signals from inside: through shells that are lent for the moment. */
export function createCheckSignals({ acquire, release }: ShellLender, clock: Clock) {
  /** What a script ended with; undefined where the container has no shell for it. */
  async function evaluate(containerId: string, script: string) {
    const shell = await acquire(containerId);
    if (!shell.ok) return undefined;
    const end = await shell.value.evaluate(script);
    release(containerId, shell.value);
    return end;
  }

  return {
    watch: async (
      containerId: string,
      watched: ContainerShell,
      signal: AbortSignal,
    ): Promise<void> => {
      for (;;) {
        await clock.sleep(WATCH_INTERVAL_MS, signal);
        const end = await evaluate(containerId, aliveScript(watched.pid));
        if (end?.kind === 'exit' && end.status !== 0) watched.close();
      }
    },
    kill: async (
      containerId: string,
      { leader, mark }: StartedCheck,
      options: KillOptions = { grace: true, detached: true },
    ): Promise<boolean> => {
      const start = clock.steady();
      for (;;) {
        const shell = await acquire(containerId);
        if (!shell.ok) return false;
        const elapsed = clock.steady() - start;
        const signal = options.grace && elapsed < TERM_GRACE_MS ? 'TERM' : 'KILL';
        const end = await shell.value.evaluate(
          killScript(leader, signal, options.detached ? mark : undefined),
        );
        release(containerId, shell.value);
        if (end.kind === 'exit' && end.status === 0) return true;
        if (elapsed > KILL_LIMIT_MS) return false;
        await clock.sleep(KILL_POLL_MS);
      }
    },
    signalFirst: async (containerId: string, signal: 'HUP'): Promise<boolean> => {
      const end = await evaluate(containerId, signalScript(1, signal));
      return end?.kind === 'exit' && end.status === 0;
    },
  };
}
