import type { Clock } from '../ports/clock.ts';
import type { EventBus } from './event-bus.ts';
import { createLoopingFiles } from './looping-files.ts';
import type { LoopSubject } from './looping-files.ts';
import { createRunHistory, EARLY_MS, START_MS } from './run-history.ts';
import { afterChange } from './loop-suspicion.ts';
import type { Suspicion } from './loop-suspicion.ts';
import type { RecentRun } from './run-history.ts';

/** What a command wrote in its last moment is told by then. */
const SLACK_MS = 400;
/** Nothing runs for so long before it is tried whether the checks write the file: no process either. */
const REST_MS = START_MS + 1_000;
/** A file that changed in so many runs that it had started is no passing one. */
const OWN_ROUNDS = 2;
/** What changed longer ago is forgotten. */
const MEMORY_MS = 300_000;

/** A change of a module's files. */
export interface ModuleChange {
  readonly module: string;
  readonly paths: readonly string[];
  /** Those of them that were not there before, or are not any more. */
  readonly comeOrGone: ReadonlySet<string>;
  /** Epoch milliseconds of the first of them. */
  readonly firstAt: number;
}

export interface LoopGuardParts {
  readonly bus: EventBus;
  readonly clock: Clock;
  /** Resolves when no check runs or waits. */
  readonly idle: () => Promise<void>;
  /** Asks for the checks of a module, as after a save of this file. */
  readonly ask: (module: string, path: string) => void;
  /** When a file of the project was last written, in epoch milliseconds. */
  readonly modifiedMs: (path: string) => number | undefined;
  readonly signal: AbortSignal;
}

export interface LoopGuard {
  /**
   * Whether the changes of a module's files shall start checks now; false when all of them were made
   * by the checks themselves, or by what they started anew, again and again. Those are checked
   * later: at first after half a minute.
   */
  admits(change: ModuleChange): boolean;
  /** Another definition: what was known may not hold any more. */
  forget(): void;
}

/**
 * A check, or a process that is started anew after it, that writes files with other contents each
 * time must not start itself for ever.
 */
export function createLoopGuard(parts: LoopGuardParts): LoopGuard {
  const { bus, clock, signal } = parts;
  /** By the key of a subject. */
  const known = new Map<string, Suspicion>();
  /** Files that came while something ran, and when: epoch milliseconds. */
  const newcomers = new Map<string, number>();
  const history = createRunHistory(bus, clock);
  const loops = createLoopingFiles({ bus, clock, signal, known, history, calm, ask: parts.ask });

  /** Resolves when nothing runs, and what was written is known. */
  async function calm(): Promise<void> {
    await parts.idle();
    await pause(SLACK_MS);
  }

  const pause = (ms: number): Promise<void> => clock.sleep(ms, signal).catch(() => undefined);

  /** When nothing runs, and nobody writes the file: one run shows whether the checks do. */
  async function tryAlone({ key, module, path }: LoopSubject): Promise<void> {
    // After what is being told now.
    await Promise.resolve();
    await calm();
    await pause(REST_MS);
    const now = known.get(key);
    // Another phase: it changed when nothing ran, and that was checked. Forgotten meanwhile: its
    // last change started nothing, and shall have been a person's.
    if (signal.aborted || (now !== undefined && now.phase !== 'suspect')) return;
    if (now !== undefined) known.set(key, { ...now, phase: 'tried', held: false });
    parts.ask(module, path);
    if (now === undefined) return;
    await calm();
    // A process that is started anew by then may still write it.
    await pause(START_MS);
    if (known.get(key)?.phase === 'tried') known.delete(key);
  }

  /** What is known of a subject after one more change of it. */
  function see(subject: LoopSubject, at: number, during: readonly RecentRun[]): Suspicion {
    const { key, module, path } = subject;
    const before = known.get(key);
    const now = afterChange(before, { module, path, at, during });
    known.set(key, now);
    if (now.phase !== before?.phase) {
      if (now.phase === 'suspect') void tryAlone(subject);
      if (now.phase === 'looping') loops.begin(subject, during);
    }
    if (now.phase === 'looping' && now.held && before?.held !== true) loops.held(subject);
    return now;
  }

  /** Whether it is one of those files that have another name each time. */
  function isPassing(path: string, comesOrGoes: boolean, at: number, during: readonly RecentRun[]) {
    if (during.length === 0) return false;
    if (comesOrGoes) newcomers.set(path, at);
    const cameAt = newcomers.get(path);
    // Also what is still written in the run in which it came.
    return cameAt !== undefined && !during.some(({ from }) => from - EARLY_MS > cameAt);
  }

  /** Whether this change of a file shall start checks. */
  function admitsOne(module: string, path: string, change: ModuleChange): boolean {
    const at = parts.modifiedMs(path) ?? change.firstAt;
    const during = history.at(at);
    const own = see({ key: path, module, path }, at, during);
    if (own.held) return false;
    const passes = isPassing(path, change.comeOrGone.has(path), at, during);
    // One that is there again each time is known by its own name.
    if (!passes || own.rounds.length >= OWN_ROUNDS) return true;
    return !see({ key: `${module}/*`, module, path }, at, during).held;
  }

  return {
    admits: (change) => {
      const oldestAt = change.firstAt - MEMORY_MS;
      for (const [key, { phase, changedAt }] of known) {
        if (phase === 'counting' && changedAt < oldestAt) known.delete(key);
      }
      for (const [path, cameAt] of newcomers) if (cameAt < oldestAt) newcomers.delete(path);
      const { module, paths } = change;
      return paths.map((path) => admitsOne(module, path, change)).some(Boolean);
    },
    forget: () => {
      newcomers.clear();
      for (const key of known.keys()) loops.letGo(key);
    },
  };
}
