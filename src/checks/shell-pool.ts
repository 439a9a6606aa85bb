import type { Failure } from '../events/failure.ts';
import type { Clock } from '../ports/clock.ts';
import type { Engine } from '../ports/engine.ts';
import { fail, ok } from '../util/result.ts';
import type { Result } from '../util/result.ts';
import { createCheckSignals, KILL_POLL_MS } from './check-signals.ts';
import type { KillOptions, ShellLender } from './check-signals.ts';
import { isIncapable, openCheckShell } from './container-shell.ts';
import type { ContainerShell, StartedCheck } from './container-shell.ts';

/** What is being tidied up when the pool closes gets so long. */
const CLOSE_LIMIT_MS = 3_000;

const CLOSED: Failure = { reason: 'interrupted', what: 'no more checks are run' };

/** The open shells of all containers: lent out for one check at a time, opened when there is none. */
export interface ShellPool extends ShellLender {
  /**
   * Looks, until the signal is aborted, whether the shell still runs, and closes it when it does
   * not: the engine tells nothing of its end while a child of it holds its output open.
   */
  watch(containerId: string, shell: ContainerShell, signal: AbortSignal): void;
  /** Opens a shell ahead of need, so that the first check does not wait for it. */
  warm(containerId: string): Promise<Result<void, Failure>>;
  /**
   * Ends everything of a check: TERM, then KILL. True once nothing of it runs; false when that could
   * not be seen to, because the container is gone (and the processes with it).
   */
  kill(containerId: string, check: StartedCheck, options?: KillOptions): Promise<boolean>;
  /** Signals the container's first process from inside; false where that could not be done. */
  signalFirst(containerId: string, signal: 'HUP'): Promise<boolean>;
  /** Forgets a container's shells: it stopped, or is no longer of interest. */
  drop(containerId: string): void;
  /** Waits a moment for what is being tidied up, then closes every shell, for good. */
  close(): Promise<void>;
}

export function createShellPool(engine: Engine, clock: Clock): ShellPool {
  const idle = new Map<string, ContainerShell[]>();
  const lent = new Map<string, Set<ContainerShell>>();
  /** Containers that have no shell, or not what it needs: not asked again. */
  const incapable = new Map<string, Failure>();
  let closed = false;
  const isClosed = (): boolean => closed;
  const signals = createCheckSignals({ acquire, release }, clock);

  async function acquire(containerId: string): Promise<Result<ContainerShell, Failure>> {
    if (closed) return fail(CLOSED);
    const shells = idle.get(containerId) ?? [];
    let shell = shells.pop();
    while (shell !== undefined && !shell.open) shell = shells.pop();
    if (shell !== undefined) return ok(lend(containerId, shell));
    const known = incapable.get(containerId);
    if (known !== undefined) return fail(known);
    const opened = await openCheckShell(engine, containerId);
    if (!opened.ok) {
      if (isIncapable(opened.failure)) incapable.set(containerId, opened.failure);
      return opened;
    }
    // Closed meanwhile.
    if (isClosed()) {
      opened.value.close();
      return fail(CLOSED);
    }
    return ok(lend(containerId, opened.value));
  }

  function lend(containerId: string, shell: ContainerShell): ContainerShell {
    const set = lent.get(containerId) ?? new Set();
    lent.set(containerId, set.add(shell));
    return shell;
  }

  function release(containerId: string, shell: ContainerShell): void {
    const set = lent.get(containerId);
    set?.delete(shell);
    // Not known any more: its container was dropped meanwhile.
    if (set === undefined) shell.close();
    else if (shell.open) idle.set(containerId, [...(idle.get(containerId) ?? []), shell]);
  }

  async function warm(containerId: string): Promise<Result<void, Failure>> {
    const shell = await acquire(containerId);
    if (!shell.ok) return shell;
    release(containerId, shell.value);
    return ok(undefined);
  }

  function drop(containerId: string): void {
    for (const shell of idle.get(containerId) ?? []) shell.close();
    for (const shell of lent.get(containerId) ?? []) shell.close();
    idle.delete(containerId);
    lent.delete(containerId);
    incapable.delete(containerId);
  }

  async function close(): Promise<void> {
    const giveUpAt = clock.steady() + CLOSE_LIMIT_MS;
    const busy = (): boolean => [...lent.values()].some((shells) => shells.size > 0);
    while (busy() && clock.steady() < giveUpAt) await clock.sleep(KILL_POLL_MS);
    closed = true;
    for (const containerId of new Set([...idle.keys(), ...lent.keys()])) drop(containerId);
  }

  return {
    acquire,
    release,
    watch: (containerId, shell, signal) => {
      // It ends by the signal, which the sleep throws.
      signals.watch(containerId, shell, signal).catch(() => undefined);
    },
    warm,
    kill: signals.kill,
    signalFirst: signals.signalFirst,
    drop,
    close,
  };
}
