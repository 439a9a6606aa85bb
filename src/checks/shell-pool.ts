import type { Failure } from '../events/failure.ts';
import type { Clock } from '../ports/clock.ts';
import type { Engine } from '../ports/engine.ts';
import { fail, ok } from '../util/result.ts';
import type { Result } from '../util/result.ts';
import { isIncapable, openShell } from './container-shell.ts';
import type { ContainerShell, StartedCheck } from './container-shell.ts';
import { aliveScript, killScript, signalScript } from './shell-script.ts';

/** Between TERM and KILL, for a check that has something to tidy up. */
const TERM_GRACE_MS = 150;
const KILL_POLL_MS = 15;
/** A process that KILL does not end by then is stuck in the kernel. */
const KILL_LIMIT_MS = 5_000;

/** How often the shell of a running check is looked at. */
const WATCH_INTERVAL_MS = 1_000;

/** What is being tidied up when the pool closes gets so long. */
const CLOSE_LIMIT_MS = 3_000;

const CLOSED: Failure = { reason: 'interrupted', what: 'no more checks are run' };

interface KillOptions {
  /** TERM first, and a moment for what it has to tidy up. */
  readonly grace: boolean;
  /** Also what left the check's session. */
  readonly detached: boolean;
}

/** The open shells of all containers: lent out for one check at a time, opened when there is none. */
export interface ShellPool {
  /** A shell in the container that nobody else uses; give it back with `release`. */
  acquire(containerId: string): Promise<Result<ContainerShell, Failure>>;
  release(containerId: string, shell: ContainerShell): void;
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

  async function acquire(containerId: string): Promise<Result<ContainerShell, Failure>> {
    if (closed) return fail(CLOSED);
    const shells = idle.get(containerId) ?? [];
    let shell = shells.pop();
    while (shell !== undefined && !shell.open) shell = shells.pop();
    if (shell !== undefined) return ok(lend(containerId, shell));
    const known = incapable.get(containerId);
    if (known !== undefined) return fail(known);
    const opened = await openShell(engine, containerId);
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

  async function watch(
    containerId: string,
    watched: ContainerShell,
    signal: AbortSignal,
  ): Promise<void> {
    for (;;) {
      await clock.sleep(WATCH_INTERVAL_MS, signal);
      const shell = await acquire(containerId);
      if (!shell.ok) continue;
      const end = await shell.value.evaluate(aliveScript(watched.pid));
      release(containerId, shell.value);
      if (end.kind === 'exit' && end.status !== 0) watched.close();
    }
  }

  async function warm(containerId: string): Promise<Result<void, Failure>> {
    const shell = await acquire(containerId);
    if (!shell.ok) return shell;
    release(containerId, shell.value);
    return ok(undefined);
  }

  async function kill(
    containerId: string,
    { leader, mark }: StartedCheck,
    options: KillOptions = { grace: true, detached: true },
  ): Promise<boolean> {
    const start = clock.now();
    for (;;) {
      const shell = await acquire(containerId);
      if (!shell.ok) return false;
      const elapsed = clock.now() - start;
      const signal = options.grace && elapsed < TERM_GRACE_MS ? 'TERM' : 'KILL';
      const end = await shell.value.evaluate(
        killScript(leader, signal, options.detached ? mark : undefined),
      );
      release(containerId, shell.value);
      if (end.kind === 'exit' && end.status === 0) return true;
      if (elapsed > KILL_LIMIT_MS) return false;
      await clock.sleep(KILL_POLL_MS);
    }
  }

  async function signalFirst(containerId: string, signal: 'HUP'): Promise<boolean> {
    const shell = await acquire(containerId);
    if (!shell.ok) return false;
    const end = await shell.value.evaluate(signalScript(1, signal));
    release(containerId, shell.value);
    return end.kind === 'exit' && end.status === 0;
  }

  function drop(containerId: string): void {
    for (const shell of idle.get(containerId) ?? []) shell.close();
    for (const shell of lent.get(containerId) ?? []) shell.close();
    idle.delete(containerId);
    lent.delete(containerId);
    incapable.delete(containerId);
  }

  async function close(): Promise<void> {
    const giveUpAt = clock.now() + CLOSE_LIMIT_MS;
    const busy = (): boolean => [...lent.values()].some((shells) => shells.size > 0);
    while (busy() && clock.now() < giveUpAt) await clock.sleep(KILL_POLL_MS);
    closed = true;
    for (const containerId of new Set([...idle.keys(), ...lent.keys()])) drop(containerId);
  }

  return {
    acquire,
    release,
    watch: (containerId, shell, signal) => {
      // It ends by the signal, which the sleep throws.
      watch(containerId, shell, signal).catch(() => undefined);
    },
    warm,
    kill,
    signalFirst,
    drop,
    close,
  };
}
