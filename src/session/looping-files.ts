import type { Failure } from '../events/failure.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventBus } from './event-bus.ts';
import type { Suspicion } from './loop-suspicion.ts';
import { EARLY_MS, START_MS } from './run-history.ts';
import type { RecentRun, RunHistory } from './run-history.ts';

/** What is held of a looping file is checked after so long; twice as long each time it changed again. */
const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 1_800_000;

/** What its writers change each time: a file, or which files of a module there are. */
interface Loop {
  readonly writers: readonly string[];
  pauseMs: number;
  /** What is held of it is waited for. */
  waits: boolean;
}

/** What is watched for loops. */
export interface LoopSubject {
  /** A path; of all files of a module that come and go, the module with a star. */
  readonly key: string;
  readonly module: string;
  /** The file of its last change. */
  readonly path: string;
}

export interface LoopingFilesParts {
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** By the key of a subject; shared with the guard. */
  readonly known: Map<string, Suspicion>;
  readonly history: RunHistory;
  /** Resolves when nothing runs, and what was written is known. */
  readonly calm: () => Promise<void>;
  /** Asks for the checks of a module, as after a save of this file. */
  readonly ask: (module: string, path: string) => void;
}

export interface LoopingFiles {
  /** It is known to loop: that is told, with who changes it. */
  begin(subject: LoopSubject, during: readonly RecentRun[]): void;
  /** A change of it started nothing: it is checked later. */
  held(subject: LoopSubject): void;
  /** It is as all others again, and what was held of it is checked. */
  letGo(key: string): void;
}

/** The files in the phase `looping`: they are told, checked now and then, and let go in the end. */
export function createLoopingFiles(parts: LoopingFilesParts): LoopingFiles {
  const { bus, clock, signal, known, history, calm } = parts;
  /** By the key of a subject. */
  const loops = new Map<string, Loop>();

  bus.subscribe(({ kind }) => {
    if (loops.size === 0) return;
    if (kind === 'settled') void relent();
    if (kind === 'service-state') void clock.sleep(START_MS, signal).then(relent, () => undefined);
  });

  function begin({ key, module, path }: LoopSubject, during: readonly RecentRun[]): void {
    const writers = [...new Set(during.map(({ who }) => who))];
    loops.set(key, { writers, pauseMs: FIRST_PAUSE_MS, waits: false });
    const who = writers.join(' or ');
    const failure: Failure = {
      reason: 'check',
      what:
        key === path
          ? `${who} writes ${path}, with other contents each time`
          : `${who} makes or removes files each time, ${path} for one`,
      why: 'it would start itself again for ever: what it writes is checked now and then only',
      cure: `name ${key === path ? 'the file' : 'such files'} under ignore: of ${module} in dev.yaml, or in .gitignore`,
    };
    bus.emit({ kind: 'problem', key: problemOf(key), level: 'warning', failures: [failure] });
  }

  /** Its last change may be a person's all the same: it is checked, if late. */
  async function tryAgain({ key, module, path }: LoopSubject): Promise<void> {
    const loop = loops.get(key);
    if (loop === undefined || loop.waits) return;
    loop.waits = true;
    await clock.sleep(loop.pauseMs, signal).catch(() => undefined);
    await calm();
    loop.waits = false;
    const now = known.get(key);
    // Let go meanwhile: what it held was asked for then.
    if (signal.aborted || loops.get(key) !== loop || now?.held !== true) return;
    loop.pauseMs = Math.min(2 * loop.pauseMs, LONGEST_PAUSE_MS);
    known.set(key, { ...now, held: false });
    parts.ask(module, path);
  }

  function letGo(key: string): void {
    const last = known.get(key);
    known.delete(key);
    if (!loops.delete(key)) return;
    bus.emit({ kind: 'problem-solved', key: problemOf(key) });
    if (last?.held !== true) return;
    // What showed that nobody writes it any more need not have checked all that its change concerns.
    void calm().then(() => {
      if (!signal.aborted) parts.ask(last.module, last.path);
    });
  }

  /** Files that their writers have not changed in a whole run are as all others again. */
  async function relent(): Promise<void> {
    const over = history.over();
    await calm();
    for (const [key, { writers }] of loops) {
      const run = over.findLast(({ who }) => writers.includes(who));
      const changedAt = known.get(key)?.changedAt ?? 0;
      if (run !== undefined && changedAt < run.from - EARLY_MS) letGo(key);
    }
  }

  return { begin, held: (subject) => void tryAgain(subject), letGo };
}

const problemOf = (key: string): string => `loop:${key}`;
