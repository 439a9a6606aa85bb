import { dirname, relative } from 'node:path';
import { MAX_CHANGE_PATHS, type SyncDeed } from '../events/session-event.ts';
import type { Failure } from '../events/failure.ts';
import type { Clock } from '../ports/clock.ts';
import type { Engine } from '../ports/engine.ts';
import type { Result } from '../util/result.ts';
import {
  createSyncRules,
  type SyncMatch,
  type SyncRule,
  type SyncRules,
} from '../watch/sync-rules.ts';
import type { DevelopRules } from './environment.ts';
import type { EventBus } from './event-bus.ts';
import { createSyncContainers, type SyncBatch } from './sync-containers.ts';

/** Looks at files of this machine; absolute paths. */
export interface SyncFiles {
  readonly kindOf: (path: string) => 'file' | 'directory' | 'gone';
  /** All files below a folder, or the file itself, that rules want. */
  readonly filesIn: (path: string, rules: SyncRules) => Promise<readonly string[]>;
}

export interface SyncLoopParts extends SyncFiles {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly bus: EventBus;
  /** Compose project name. */
  readonly instance: string;
  /** The project's folder, absolute. */
  readonly root: string;
  /**
   * Runs while nobody makes containers anew: what were copied into one that is being replaced would
   * be lost.
   */
  readonly exclusively: <T>(run: () => Promise<Result<T, Failure>>) => Promise<Result<T, Failure>>;
  /** Builds a service's image and makes its containers anew. */
  readonly rebuild: (service: string, cause: string) => Promise<Result<void, readonly Failure[]>>;
  /** The next changes of a service's state are told with this cause. */
  readonly explain: (service: string, cause: string | undefined) => void;
  /** Whether a service may be started again: its mounts are what they were. */
  readonly mayStart: (service: string) => Promise<Result<void, Failure>>;
  readonly signal: AbortSignal;
}

export interface SyncLoop {
  define(develop: DevelopRules): void;
  /** @param paths absolute */
  changed(paths: readonly string[]): void;
  /** A container was started, or found running for the first time. */
  started(service: string, containerId: string): void;
  /** Resolves when nothing of it is at work. */
  idle(): Promise<void>;
}

interface Lane {
  /** Path on this machine → rules that it concerns. */
  readonly waiting: Map<string, readonly SyncMatch[]>;
  work: Promise<void> | undefined;
}

const IDLE_KEY = 'develop-watch';

/**
 * Follows `develop.watch` of the Compose files: what is edited is copied into the containers, or they
 * are restarted or rebuilt. Each service has its own lane: what comes while it is worked on is gathered
 * for its next turn, and no service waits for the build of another.
 */
export function createSyncLoop(parts: SyncLoopParts): SyncLoop {
  const { bus, clock, signal } = parts;
  const containers = createSyncContainers(parts);
  const lanes = new Map<string, Lane>();
  const met = new Set<string>();
  /** What failed last for a service, until that is done. */
  const failed = new Map<string, SyncDeed>();
  let rules = createSyncRules([]);
  let all: readonly SyncRule[] = [];

  function laneOf(service: string): Lane {
    const lane = lanes.get(service) ?? { waiting: new Map(), work: undefined };
    lanes.set(service, lane);
    return lane;
  }

  function add(service: string, path: string, matches: readonly SyncMatch[]): void {
    laneOf(service).waiting.set(path, matches);
  }

  function run(service: string): void {
    const lane = laneOf(service);
    lane.work ??= drain(service, lane).finally(() => {
      lane.work = undefined;
    });
  }

  async function drain(service: string, lane: Lane): Promise<void> {
    while (lane.waiting.size > 0 && !signal.aborted) {
      const batch = new Map(lane.waiting);
      lane.waiting.clear();
      if (await carryOut(service, batch)) continue;
      // No engine: it is done when containers run again.
      for (const [path, matches] of batch) {
        if (!lane.waiting.has(path)) lane.waiting.set(path, matches);
      }
      return;
    }
  }

  /** False when no engine answered. */
  async function carryOut(
    service: string,
    changes: ReadonlyMap<string, readonly SyncMatch[]>,
  ): Promise<boolean> {
    const startedAt = clock.now();
    const paths = [...changes.keys()].map((path) => relative(parts.root, path)).sort();
    const cause = `${paths[0] ?? ''}${paths.length > 1 ? ` and ${paths.length - 1} more` : ''} changed`;
    const done: SyncDeed[] = [];
    const failure = await work(service, batchOf(changes, parts.kindOf), cause, done);
    if (failure?.reason === 'no-engine' || signal.aborted) return false;
    if (done.length === 0 && failure === undefined) return true;
    bus.emit({
      kind: 'sync-finished',
      service,
      done,
      paths: paths.slice(0, MAX_CHANGE_PATHS),
      total: paths.length,
      durationMs: clock.now() - startedAt,
      ...(failure && { failure }),
    });
    if (failure !== undefined) tell(`sync:${service}`, 'error', [failure]);
    // Files that reach the container mend no command that failed in it.
    else if (isMended(service, done)) tell(`sync:${service}`, 'error', []);
    return true;
  }

  function isMended(service: string, done: readonly SyncDeed[]): boolean {
    const deed = failed.get(service);
    if (deed !== undefined && !done.includes(deed) && !done.includes('rebuilt')) return false;
    return failed.delete(service);
  }

  async function work(
    service: string,
    batch: SyncBatch,
    cause: string,
    done: SyncDeed[],
  ): Promise<Failure | undefined> {
    const { copies, removals, restarts, execs } = batch;
    if (batch.rebuild) {
      const rebuilt = await parts.rebuild(service, cause);
      if (!rebuilt.ok) {
        failed.set(service, 'rebuilt');
        return rebuilt.failure[0];
      }
      done.push('rebuilt');
    }
    const steps: [SyncDeed, boolean, () => Promise<Result<boolean, Failure>>][] = [
      ['synced', copies.size + removals.size > 0, () => containers.copy(service, batch)],
      ['restarted', restarts.size > 0, () => containers.restart(restarts, cause)],
      ['executed', execs.length > 0, () => containers.execute(service, execs)],
    ];
    for (const [deed, wanted, step] of steps) {
      if (!wanted || signal.aborted) continue;
      // A command may take as long as it likes; nobody waits for it.
      const result = deed === 'executed' ? await step() : await parts.exclusively(step);
      if (!result.ok) {
        failed.set(service, deed);
        return result.failure;
      }
      if (result.value) done.push(deed);
    }
    return undefined;
  }

  function tell(key: string, level: 'warning' | 'error', failures: readonly Failure[]): void {
    if (failures.length > 0) bus.emit({ kind: 'problem', key, level, failures });
    else if (bus.state.problems.some((problem) => problem.key === key)) {
      bus.emit({ kind: 'problem-solved', key });
    }
  }

  async function firstSync(service: string): Promise<void> {
    const wanted = all.filter((rule) => rule.service === service && rule.initialSync);
    if (wanted.length === 0) return;
    const own = createSyncRules(wanted.map((rule) => ({ ...rule, action: 'sync' as const })));
    for (const path of own.paths) {
      for (const file of await parts.filesIn(path, own)) {
        if (!laneOf(service).waiting.has(file)) add(service, file, own.matching(file));
      }
    }
  }

  return {
    define: ({ rules: now, idle }) => {
      all = now;
      rules = createSyncRules(now);
      tell(IDLE_KEY, 'warning', idle);
    },
    changed: (paths) => {
      for (const path of paths) {
        const matches = rules.matching(path);
        for (const service of new Set(matches.map(({ rule }) => rule.service))) {
          const own = matches.filter(({ rule }) => rule.service === service);
          add(service, path, own);
        }
      }
      for (const service of lanes.keys()) run(service);
    },
    started: (service, containerId) => {
      const isNew = !met.has(containerId);
      met.add(containerId);
      containers.started(service, containerId);
      void (isNew ? firstSync(service) : Promise.resolve()).then(() => {
        if (lanes.has(service)) run(service);
      });
    },
    idle: async () => {
      for (const { work: current } of lanes.values()) await current;
    },
  };
}

/** What a change of files asks of one service. A path may be meant by several rules. */
function batchOf(
  changes: ReadonlyMap<string, readonly SyncMatch[]>,
  kindOf: SyncLoopParts['kindOf'],
): SyncBatch {
  const copies = new Map<string, string>();
  const removals = new Set<string>();
  const replaced = new Set<string>();
  const restarts = new Set<string>();
  const execs = new Set<SyncRule>();
  let rebuild = false;
  for (const [path, matches] of changes) {
    const kind = kindOf(path);
    for (const { rule, to } of matches) {
      if (rule.action === 'rebuild') rebuild = true;
      if (rule.action === 'restart' || rule.action === 'sync+restart') {
        for (const one of [rule.service, ...rule.restartsWith]) restarts.add(one);
      }
      if (rule.action === 'sync+exec') execs.add(rule);
      if (to === undefined) continue;
      if (kind === 'file') copies.set(to, path);
      else if (kind === 'gone') removals.add(removed(rule, path, to, kindOf));
      else replaced.add(to);
    }
  }
  return { copies, removals, replaced, restarts, execs: [...execs], rebuild };
}

/** With a folder that is gone goes what the container has of it; never the rule's own folder. */
function removed(
  rule: SyncRule,
  path: string,
  to: string,
  kindOf: SyncLoopParts['kindOf'],
): string {
  let [gone, target] = [path, to];
  for (
    let folder = dirname(gone);
    folder.startsWith(`${rule.path}/`) && kindOf(folder) === 'gone';
    folder = dirname(gone)
  ) {
    [gone, target] = [folder, dirname(target)];
  }
  return target;
}
