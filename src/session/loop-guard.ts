import type { Failure } from '../events/failure.ts';
import type { Clock } from '../ports/clock.ts';
import { unreachable } from '../util/unreachable.ts';
import type { EventBus } from './event-bus.ts';
import { createRunHistory, EARLY_MS, START_MS } from './run-history.ts';
import type { Run } from './run-history.ts';

/** So many times in a row a file may change while the checks run that its last change started. */
const ROUNDS = 4;
/** A command writes its file after about the same time; a person saves at any. */
const SPREAD_MS = 150;
const SPREAD_FACTOR = 0.15;
/** What a command wrote in its last moment is told by then. */
const SLACK_MS = 400;
/** Nothing runs for so long before it is tried whether the checks write the file: no process either. */
const REST_MS = START_MS + 1_000;
/** What changed longer ago is forgotten. */
const MEMORY_MS = 300_000;

/**
 * What is known of a file that changes while checks run.
 *
 *     counting ── ROUNDS alike ─────► suspect ── nothing ran for a while ──► tried
 *        ▲                               │ changed meanwhile: by a person      │ the one run is over,
 *        │◄──────────────────────────────┴─────────────────────────────────────┤ it did not change,
 *        │                                                                     │ or not at that moment
 *        │                                                                     ▼ it changed again
 *        └──── a run is over in which it did not change ◄─────────────────── looping
 *
 * While it is suspect or looping, its changes during a run start nothing; a change when nothing
 * runs is a person's, and is checked.
 */
interface Suspicion {
  readonly module: string;
  readonly phase: 'counting' | 'suspect' | 'tried' | 'looping';
  /** How long after the start of a run it changed, in milliseconds: of the last rounds in a row. */
  readonly delays: readonly number[];
  /** Epoch milliseconds. */
  readonly changedAt: number;
  /** Who ran when it changed in the run that tried it. */
  readonly writers: readonly string[];
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
   * Whether the changes of a module's files shall start checks; false when all of them were made by
   * the checks themselves, or by what they started anew, again and again.
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
  const history = createRunHistory(bus, clock);

  bus.subscribe(({ kind }) => {
    if (!anyLoops()) return;
    if (kind === 'settled') void relent();
    if (kind === 'service-state') void clock.sleep(START_MS, signal).then(relent, () => undefined);
  });

  const anyLoops = (): boolean => [...known.values()].some(({ phase }) => phase === 'looping');

  /** Resolves when nothing runs, and what was written is known. */
  async function calm(): Promise<void> {
    await parts.idle();
    await clock.sleep(SLACK_MS, signal).catch(() => undefined);
  }

  /** What is known of the file after one more change of it. */
  function afterChange(module: string, path: string, at: number): Suspicion {
    const before = known.get(path);
    const during = history.at(at);
    const fresh: Suspicion = { module, phase: 'counting', delays: [], changedAt: at, writers: [] };
    if (before === undefined) return fresh;
    if (before.phase === 'looping') return { ...before, changedAt: at };
    if (during.length === 0) return fresh;
    const caused = during.map(({ from }) => from).filter((from) => from >= before.changedAt);
    const delay = caused.length === 0 ? [] : [at - Math.max(...caused)];
    const delays = [...before.delays, ...delay].slice(-ROUNDS);
    switch (before.phase) {
      case 'counting': {
        const now = { ...before, delays, changedAt: at };
        if (!areAlike(delays)) return now;
        void tryAlone(path, module);
        return { ...now, phase: 'suspect' };
      }
      case 'suspect':
        return { ...before, changedAt: at };
      case 'tried':
        // At another moment than the checks did before: a person.
        if (delay.length === 0 || !areAlike(delays)) return fresh;
        return { ...before, phase: 'looping', changedAt: at, writers: tell(before, path, during) };
      default:
        return unreachable(before.phase);
    }
  }

  function tell({ module }: Suspicion, path: string, during: readonly Run[]): readonly string[] {
    const writers = [...new Set(during.map(({ who }) => who))];
    const failure: Failure = {
      reason: 'check',
      what: `${writers.join(' or ')} writes ${path}, with other contents each time`,
      why: 'it would start itself again for ever: what it writes starts nothing now',
      cure: `name the file under ignore: of ${module} in dev.yaml, or in .gitignore`,
    };
    bus.emit({ kind: 'problem', key: keyOf(path), level: 'warning', failures: [failure] });
    return writers;
  }

  const phaseOf = (path: string): Suspicion['phase'] | undefined => known.get(path)?.phase;

  /** When nothing runs, and nobody writes the file: one run shows whether the checks do. */
  async function tryAlone(path: string, module: string): Promise<void> {
    // After what is being told now.
    await Promise.resolve();
    await calm();
    await clock.sleep(REST_MS, signal).catch(() => undefined);
    const now = known.get(path);
    // Another phase: it changed when nothing ran, and that was checked. Forgotten meanwhile: its
    // last change started nothing, and shall have been a person's.
    if (signal.aborted || (now !== undefined && now.phase !== 'suspect')) return;
    if (now !== undefined) known.set(path, { ...now, phase: 'tried' });
    parts.ask(module, path);
    if (now === undefined) return;
    await calm();
    // A process that is started anew by then may still write it.
    await clock.sleep(START_MS, signal).catch(() => undefined);
    if (phaseOf(path) === 'tried') known.delete(path);
  }

  /** Files that their writers have not changed in a whole run are as all others again. */
  async function relent(): Promise<void> {
    const over = history.over();
    await calm();
    for (const [path, { phase, changedAt, writers }] of known) {
      const run = over.findLast(({ who }) => writers.includes(who));
      if (phase !== 'looping' || run === undefined) continue;
      if (changedAt >= run.from - EARLY_MS) continue;
      known.delete(path);
      bus.emit({ kind: 'problem-solved', key: keyOf(path) });
    }
  }

  return {
    admits: (module, paths, firstAt) => {
      for (const [path, { phase, changedAt }] of known) {
        if (phase === 'counting' && changedAt + MEMORY_MS < firstAt) known.delete(path);
      }
      const verdicts = paths.map((path) => {
        const at = parts.modifiedMs(path) ?? firstAt;
        const now = afterChange(module, path, at);
        known.set(path, now);
        return now.phase === 'counting' || history.at(at).length === 0;
      });
      return verdicts.some(Boolean);
    },
    forget: () => {
      for (const [path, { phase }] of known) {
        if (phase === 'looping') bus.emit({ kind: 'problem-solved', key: keyOf(path) });
      }
      known.clear();
    },
  };
}

function areAlike(delays: readonly number[]): boolean {
  if (delays.length < ROUNDS) return false;
  const [least, most] = [Math.min(...delays), Math.max(...delays)];
  return most - least <= Math.max(SPREAD_MS, most * SPREAD_FACTOR);
}

const keyOf = (path: string): string => `loop:${path}`;
