import { relative } from 'node:path';
import { MAX_CHANGE_PATHS, type SyncDeed } from '../events/session-event.ts';
import type { Failure } from '../events/failure.ts';
import type { Clock } from '../ports/clock.ts';
import { fail, type Result } from '../util/result.ts';
import type { EventBus } from './event-bus.ts';
import { solveProblem, tellProblem } from './problems.ts';
import { batchOf, unsyncedOf } from './sync-batch.ts';
import type { KindOf, SyncBatch, SyncChanges, Unsynced } from './sync-batch.ts';
import type { SyncContainers } from './sync-containers.ts';

export interface SyncTurnParts {
  readonly clock: Clock;
  readonly bus: EventBus;
  /** The project's folder, absolute. */
  readonly root: string;
  readonly kindOf: KindOf;
  /**
   * Runs while nobody makes containers anew: what were copied into one that is being replaced would
   * be lost.
   */
  readonly exclusively: <T>(run: () => Promise<Result<T, Failure>>) => Promise<Result<T, Failure>>;
  /** Builds a service's image and makes its containers anew. */
  readonly rebuild: (service: string, cause: string) => Promise<Result<void, readonly Failure[]>>;
  readonly signal: AbortSignal;
}

/**
 * Has done what gathered changes of files ask of one service, and tells how it went. Gives what is to be
 * done again, at its next turn; undefined when no engine answered.
 */
export type SyncTurn = (service: string, changes: SyncChanges) => Promise<SyncChanges | undefined>;

/** Where it ended before it was done. */
interface Broken {
  readonly failure: Failure;
  readonly unsynced?: Unsynced | undefined;
}

const NOTHING: SyncChanges = new Map();

export function createSyncTurn(parts: SyncTurnParts, containers: SyncContainers): SyncTurn {
  const { bus, clock, signal } = parts;
  /** What failed last for a service, until that is done. */
  const failed = new Map<string, SyncDeed>();

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
  ): Promise<Broken | undefined> {
    const { copies, removals, replaced, restarts, execs } = batch;
    if (batch.rebuild) {
      const rebuilt = await parts.rebuild(service, cause);
      if (!rebuilt.ok) {
        failed.set(service, 'rebuilt');
        const [failure] = rebuilt.failure;
        return failure && { failure };
      }
      done.push('rebuilt');
    }
    const isSync = copies.size + removals.size + replaced.size > 0;
    let unsynced: Unsynced | undefined;
    const copy = async (): Promise<Result<boolean, Failure>> => {
      const copied = await containers.copy(service, batch);
      if (copied.ok) return copied;
      unsynced = copied.failure;
      return fail(unsynced.failure);
    };
    const steps: [SyncDeed, boolean, () => Promise<Result<boolean, Failure>>][] = [
      ['synced', isSync, copy],
      ['restarted', restarts.size > 0, () => containers.restart(restarts, cause)],
      ['executed', execs.length > 0, () => containers.execute(service, execs)],
    ];
    for (const [deed, wanted, step] of steps) {
      if (!wanted || signal.aborted) continue;
      // A command may take as long as it likes; nobody waits for it.
      const result = deed === 'executed' ? await step() : await parts.exclusively(step);
      if (!result.ok) {
        failed.set(service, deed);
        return { failure: result.failure, unsynced };
      }
      if (result.value) done.push(deed);
    }
    return undefined;
  }

  return async (service, changes) => {
    const startedAt = clock.steady();
    const paths = [...changes.keys()].map((path) => relative(parts.root, path)).sort();
    const cause = `${paths[0] ?? ''}${paths.length > 1 ? ` and ${paths.length - 1} more` : ''} changed`;
    const done: SyncDeed[] = [];
    const broken = await work(service, batchOf(changes, parts.kindOf), cause, done);
    const failure = broken?.failure;
    if (failure?.reason === 'no-engine' || signal.aborted) return undefined;
    if (done.length === 0 && failure === undefined) return NOTHING;
    bus.emit({
      kind: 'sync-finished',
      service,
      done,
      paths: paths.slice(0, MAX_CHANGE_PATHS),
      total: paths.length,
      durationMs: clock.steady() - startedAt,
      ...(failure && { failure }),
    });
    const key = `sync:${service}`;
    if (failure !== undefined) tellProblem(bus, { key, level: 'error', failures: [failure] });
    // Files that reach the container mend no command that failed in it.
    else if (isMended(service, done)) solveProblem(bus, key);
    const unsynced = broken?.unsynced;
    return unsynced === undefined ? NOTHING : unsyncedOf(changes, unsynced, parts.kindOf);
  };
}
