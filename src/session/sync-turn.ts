import { relative } from 'node:path';
import { MAX_CHANGE_PATHS, type SyncDeed } from '../events/session-event.ts';
import type { Failure } from '../events/failure.ts';
import type { Clock } from '../ports/clock.ts';
import type { Result } from '../util/result.ts';
import type { EventBus } from './event-bus.ts';
import { solveProblem, tellProblem } from './problems.ts';
import { batchOf } from './sync-batch.ts';
import type { KindOf, SyncBatch, SyncChanges } from './sync-batch.ts';
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
 * Has done what gathered changes of files ask of one service, and tells how it went. False when no
 * engine answered.
 */
export type SyncTurn = (service: string, changes: SyncChanges) => Promise<boolean>;

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

  return async (service, changes) => {
    const startedAt = clock.steady();
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
      durationMs: clock.steady() - startedAt,
      ...(failure && { failure }),
    });
    const key = `sync:${service}`;
    if (failure !== undefined) tellProblem(bus, { key, level: 'error', failures: [failure] });
    // Files that reach the container mend no command that failed in it.
    else if (isMended(service, done)) solveProblem(bus, key);
    return true;
  };
}
