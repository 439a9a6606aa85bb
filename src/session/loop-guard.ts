import type { Failure } from '../events/failure.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventBus } from './event-bus.ts';
import { createRunHistory, EARLY_MS, START_MS } from './run-history.ts';
import { afterChange } from './loop-suspicion.ts';
import type { Suspicion } from './loop-suspicion.ts';
import type { Run } from './run-history.ts';

/** What a command wrote in its last moment is told by then. */
const SLACK_MS = 400;
/** Nothing runs for so long before it is tried whether the checks write the file: no process either. */
const REST_MS = START_MS + 1_000;
/** What is held of a looping file is checked after so long; twice as long each time it changed again. */
const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 1_800_000;
/** What changed longer ago is forgotten. */
const MEMORY_MS = 300_000;

/** A file that its writers change each time. */
interface Loop {
  readonly writers: readonly string[];
  readonly pauseMs: number;
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
   * @param firstAt epoch milliseconds of the first of them.
   */
  admits(module: string, paths: readonly string[], firstAt: number): boolean;
  /** Another definition: what was known may not hold any more. */
  forget(): void;
}

/**
 * A check, or a process that is started anew after it, that writes files with other contents each
 * time must not start itself for ever.
 */
export function createLoopGuard(parts: LoopGuardParts): LoopGuard {
  const { bus, clock, signal } = parts;
  const known = new Map<string, Suspicion>();
  /** By path: those in the phase `looping`. */
  const loops = new Map<string, Loop>();
  const history = createRunHistory(bus, clock);

  bus.subscribe(({ kind }) => {
    if (loops.size === 0) return;
    if (kind === 'settled') void relent();
    if (kind === 'service-state') void clock.sleep(START_MS, signal).then(relent, () => undefined);
  });

  /** Resolves when nothing runs, and what was written is known. */
  async function calm(): Promise<void> {
    await parts.idle();
    await pause(SLACK_MS);
  }

  const pause = (ms: number): Promise<void> => clock.sleep(ms, signal).catch(() => undefined);

  function tell(module: string, path: string, during: readonly Run[]): void {
    const writers = [...new Set(during.map(({ who }) => who))];
    loops.set(path, { writers, pauseMs: FIRST_PAUSE_MS });
    const failure: Failure = {
      reason: 'check',
      what: `${writers.join(' or ')} writes ${path}, with other contents each time`,
      why: 'it would start itself again for ever: what it writes is checked now and then only',
      cure: `name the file under ignore: of ${module} in dev.yaml, or in .gitignore`,
    };
    bus.emit({ kind: 'problem', key: keyOf(path), level: 'warning', failures: [failure] });
  }

  /** When nothing runs, and nobody writes the file: one run shows whether the checks do. */
  async function tryAlone(path: string, module: string): Promise<void> {
    // After what is being told now.
    await Promise.resolve();
    await calm();
    await pause(REST_MS);
    const now = known.get(path);
    // Another phase: it changed when nothing ran, and that was checked. Forgotten meanwhile: its
    // last change started nothing, and shall have been a person's.
    if (signal.aborted || (now !== undefined && now.phase !== 'suspect')) return;
    if (now !== undefined) known.set(path, { ...now, phase: 'tried', held: false });
    parts.ask(module, path);
    if (now === undefined) return;
    await calm();
    // A process that is started anew by then may still write it.
    await pause(START_MS);
    if (known.get(path)?.phase === 'tried') known.delete(path);
  }

  /** Its last change may be a person's all the same: it is checked, if late. */
  async function tryAgain(path: string, module: string): Promise<void> {
    const loop = loops.get(path);
    if (loop === undefined) return;
    loops.set(path, { ...loop, pauseMs: Math.min(2 * loop.pauseMs, LONGEST_PAUSE_MS) });
    await pause(loop.pauseMs);
    await calm();
    const now = known.get(path);
    if (signal.aborted || now?.phase !== 'looping' || !now.held) return;
    known.set(path, { ...now, held: false });
    parts.ask(module, path);
  }

  function letGo(path: string): void {
    known.delete(path);
    if (loops.delete(path)) bus.emit({ kind: 'problem-solved', key: keyOf(path) });
  }

  /** Files that their writers have not changed in a whole run are as all others again. */
  async function relent(): Promise<void> {
    const over = history.over();
    await calm();
    for (const [path, { writers }] of loops) {
      const run = over.findLast(({ who }) => writers.includes(who));
      const changedAt = known.get(path)?.changedAt ?? 0;
      if (run !== undefined && changedAt < run.from - EARLY_MS) letGo(path);
    }
  }

  /** Whether this change of a file shall start checks. */
  function admitsOne(module: string, path: string, firstAt: number): boolean {
    const at = parts.modifiedMs(path) ?? firstAt;
    const during = history.at(at);
    const before = known.get(path);
    const now = afterChange(before, { module, at, during });
    known.set(path, now);
    if (now.phase !== before?.phase) {
      if (now.phase === 'suspect') void tryAlone(path, module);
      if (now.phase === 'looping') tell(module, path, during);
    }
    if (now.phase === 'looping' && now.held && before?.held !== true) void tryAgain(path, module);
    return !now.held;
  }

  return {
    admits: (module, paths, firstAt) => {
      for (const [path, { phase, changedAt }] of known) {
        if (phase === 'counting' && changedAt + MEMORY_MS < firstAt) known.delete(path);
      }
      return paths.map((path) => admitsOne(module, path, firstAt)).some(Boolean);
    },
    forget: () => {
      for (const [path, { module, phase, held }] of known) {
        letGo(path);
        if (phase === 'looping' && held) {
          void calm().then(() => {
            if (!signal.aborted) parts.ask(module, path);
          });
        }
      }
    },
  };
}

const keyOf = (path: string): string => `loop:${path}`;
