import type { Failure } from '../events/failure.ts';
import type { ContainerSummary } from '../ports/engine-containers.ts';
import type { Engine } from '../ports/engine.ts';
import { fail, ok, type Result } from '../util/result.ts';
import type { SyncRule } from '../watch/sync-rules.ts';
import { createContainerOwners } from './container-owners.ts';
import { removeInContainer, runInContainer } from './run-in-container.ts';
import type { SyncBatch } from './sync-batch.ts';

interface Parts {
  readonly engine: Engine;
  readonly instance: string;
  readonly explain: (service: string, cause: string | undefined) => void;
  /** Whether a service may be started again: its mounts are what they were. */
  readonly mayStart: (service: string) => Promise<Result<void, Failure>>;
}

/** As `docker compose restart` has it. */
const GRACE_SECONDS = 10;

/** True when there was a container to do it in. */
type Done = Promise<Result<boolean, Failure>>;

/** Copies into the containers of services, restarts them, and runs commands in them. */
export function createSyncContainers({ engine, instance, explain, mayStart }: Parts) {
  /** What was to be removed in containers that did not run: container → paths. */
  const missed = new Map<string, Set<string>>();
  const ownerIn = createContainerOwners(engine);

  async function containersOf(
    services: ReadonlySet<string>,
  ): Promise<Result<readonly ContainerSummary[], Failure>> {
    const listed = await engine.containers(instance);
    if (!listed.ok) return listed;
    const own = listed.value.filter(({ service, oneOff }) => services.has(service) && !oneOff);
    return ok(own.filter(({ state }) => state !== 'removing' && state !== 'dead'));
  }

  async function each(
    services: ReadonlySet<string>,
    run: (container: ContainerSummary) => Promise<Result<unknown, Failure>>,
  ): Done {
    const found = await containersOf(services);
    if (!found.ok) return found;
    const results = await Promise.all(found.value.map(run));
    return results.find((result) => !result.ok) ?? ok(found.value.length > 0);
  }

  async function copyTo(
    container: ContainerSummary,
    { copies, removals, replaced }: SyncBatch,
  ): Promise<Result<void, Failure>> {
    const { id, state, name } = container;
    const isRunning = state === 'running';
    const told = ({ why, ...failure }: Failure): Failure => ({
      ...failure,
      what: `files could not be synced into ${name}`,
      why: why ?? failure.what,
    });
    if (removals.size > 0 && isRunning) {
      const removed = await removeInContainer(engine, id, '-rf', [...removals]);
      if (!removed.ok) return fail(told(removed.failure));
    } else if (removals.size > 0) {
      missed.set(id, new Set([...(missed.get(id) ?? []), ...removals]));
    }
    // Where a folder is in its place already, there is nothing to remove.
    if (replaced.size > 0 && isRunning) await removeInContainer(engine, id, '-f', [...replaced]);
    if (copies.size === 0) return ok(undefined);
    for (const to of copies.keys()) missed.get(id)?.delete(to);
    const files = [...copies].map(([to, source]) => ({ ...source, to }));
    const copied = await engine.copyInto(id, files, await ownerIn(container));
    return copied.ok ? copied : fail(told(copied.failure));
  }

  return {
    copy: (service: string, batch: SyncBatch): Done =>
      each(new Set([service]), (container) => copyTo(container, batch)),
    /** Those that ended, too: what is new in them may be what mends them. */
    restart: async (services: ReadonlySet<string>, cause: string): Done => {
      for (const service of services) {
        const allowed = await mayStart(service);
        if (!allowed.ok) return allowed;
      }
      for (const service of services) explain(service, `restarted: ${cause}`);
      const restarted = await each(services, ({ id }) =>
        engine.restartContainer(id, { graceSeconds: GRACE_SECONDS }),
      );
      for (const service of services) explain(service, undefined);
      return restarted;
    },
    execute: async (service: string, rules: readonly SyncRule[]): Done =>
      each(new Set([service]), async ({ id, state }) => {
        if (state !== 'running') return ok(undefined);
        for (const { exec } of rules) {
          if (exec === undefined) continue;
          const ended = await runInContainer(engine, id, exec);
          if (!ended.ok) return ended;
        }
        return ok(undefined);
      }),
    /** Catches up with what could not be removed while it did not run. */
    started: (_service: string, containerId: string): void => {
      const paths = missed.get(containerId);
      missed.delete(containerId);
      if (paths !== undefined) {
        void removeInContainer(engine, containerId, '-rf', [...paths]);
      }
    },
  };
}

export type SyncContainers = ReturnType<typeof createSyncContainers>;
