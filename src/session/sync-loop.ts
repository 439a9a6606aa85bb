import type { Failure } from '../events/failure.ts';
import type { Engine } from '../ports/engine.ts';
import type { Result } from '../util/result.ts';
import { createSyncRules } from '../watch/sync-rules.ts';
import type { SyncMatch, SyncRule, SyncRules } from '../watch/sync-rules.ts';
import type { DevelopRules } from './environment.ts';
import { solveProblem, tellProblem } from './problems.ts';
import type { KindOf, SyncChanges } from './sync-batch.ts';
import { createSyncContainers } from './sync-containers.ts';
import { createSyncTurn } from './sync-turn.ts';
import type { SyncTurnParts } from './sync-turn.ts';

/** Looks at files of this machine; absolute paths. */
export interface SyncFiles {
  readonly kindOf: KindOf;
  /** All files below a folder, or the file itself, that rules want. */
  readonly filesIn: (path: string, rules: SyncRules) => Promise<readonly string[]>;
}

export interface SyncLoopParts extends SyncFiles, SyncTurnParts {
  readonly engine: Engine;
  /** Compose project name. */
  readonly instance: string;
  /** The next changes of a service's state are told with this cause. */
  readonly explain: (service: string, cause: string | undefined) => void;
  /** Whether a service may be started again: its mounts are what they were. */
  readonly mayStart: (service: string) => Promise<Result<void, Failure>>;
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
  /** What did not get into its containers: it is part of the next turn. */
  left: SyncChanges;
  /** Paths on this machine of all that did: a container that is made anew begins without it. */
  readonly synced: Set<string>;
  work: Promise<void> | undefined;
}

const IDLE_KEY = 'develop-watch';

/**
 * Follows `develop.watch` of the Compose files: what is edited is copied into the containers, or they
 * are restarted or rebuilt. Each service has its own lane: what comes while it is worked on is gathered
 * for its next turn, and no service waits for the build of another.
 */
export function createSyncLoop(parts: SyncLoopParts): SyncLoop {
  const { bus, signal } = parts;
  const containers = createSyncContainers(parts);
  const turn = createSyncTurn(parts, containers);
  const lanes = new Map<string, Lane>();
  const met = new Set<string>();
  let rules = createSyncRules([]);
  let all: readonly SyncRule[] = [];

  function laneOf(service: string): Lane {
    const lane = lanes.get(service) ?? {
      waiting: new Map(),
      left: new Map(),
      synced: new Set<string>(),
      work: undefined,
    };
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
      const batch = new Map([...lane.left, ...lane.waiting]);
      lane.waiting.clear();
      lane.left = new Map();
      const left = await turn(service, batch);
      if (left !== undefined) {
        lane.left = left;
        for (const [path, matches] of batch) {
          if (matches.some(({ to }) => to !== undefined)) lane.synced.add(path);
        }
        continue;
      }
      // No engine: it is done when containers run again.
      for (const [path, matches] of batch) {
        if (!lane.waiting.has(path)) lane.waiting.set(path, matches);
      }
      return;
    }
  }

  /** What a container lacked is tried again; a new one has nothing that would have to go. */
  function again(service: string, isNew: boolean): void {
    const lane = lanes.get(service);
    for (const [path, matches] of lane?.left ?? []) {
      if (lane?.waiting.has(path) === true || (isNew && parts.kindOf(path) === 'gone')) continue;
      add(service, path, matches);
    }
    if (lane !== undefined) lane.left = new Map();
  }

  async function firstSync(service: string): Promise<void> {
    const own = all.filter((rule) => rule.service === service);
    const synced = lanes.get(service)?.synced ?? [];
    for (const [path, matches] of await beginningOf(own, synced, parts)) {
      if (!laneOf(service).waiting.has(path)) add(service, path, matches);
    }
  }

  return {
    define: ({ rules: now, idle }) => {
      all = now;
      rules = createSyncRules(now);
      for (const [service, lane] of lanes) lane.left = stillWanted(rules, service, lane.left);
      if (idle.length === 0) solveProblem(bus, IDLE_KEY);
      else tellProblem(bus, { key: IDLE_KEY, level: 'warning', failures: idle });
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
      const removed = containers.started(containerId);
      void (isNew ? firstSync(service) : removed).then(() => {
        again(service, isNew);
        if (lanes.has(service)) run(service);
      });
    },
    idle: async () => {
      for (const { work: current } of lanes.values()) await current;
    },
  };
}

/** Of changes, those that rules are about which have changed since. */
function stillWanted(rules: SyncRules, service: string, left: SyncChanges): SyncChanges {
  const matchesOf = (path: string): readonly SyncMatch[] =>
    rules.matching(path).filter(({ rule, to }) => rule.service === service && to !== undefined);
  const now = [...left.keys()].map((path) => [path, matchesOf(path)] as const);
  return new Map(now.filter(([, matches]) => matches.length > 0));
}

/**
 * What a new container gets: what rules say that it begins with, and what the one before it had got.
 * @param rules of its service.
 */
async function beginningOf(
  rules: readonly SyncRule[],
  synced: Iterable<string>,
  { filesIn }: Pick<SyncFiles, 'filesIn'>,
): Promise<SyncChanges> {
  const plain = rules
    .filter(({ action }) => action.startsWith('sync'))
    .map((rule) => ({ ...rule, action: 'sync' as const }));
  const first = createSyncRules(plain.filter(({ initialSync }) => initialSync));
  const files: string[] = [];
  for (const path of first.paths) files.push(...(await filesIn(path, first)));
  const before = createSyncRules(plain);
  return new Map(
    [
      ...files.map((path) => [path, first.matching(path)] as const),
      ...[...synced].map((path) => [path, before.matching(path)] as const),
    ].filter(([, matches]) => matches.length > 0),
  );
}
