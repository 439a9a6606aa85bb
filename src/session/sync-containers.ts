import type { Failure } from '../events/failure.ts';
import type { ContainerSummary } from '../ports/engine-containers.ts';
import type { Engine } from '../ports/engine.ts';
import { fail, ok, type Result } from '../util/result.ts';
import type { SyncRule } from '../watch/sync-rules.ts';
import { runInContainer } from './run-in-container.ts';
import type { SyncBatch, Unsynced } from './sync-batch.ts';
import { createSyncCopies } from './sync-copies.ts';

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
  const copies = createSyncCopies(engine);

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

  async function copy(service: string, batch: SyncBatch): Promise<Result<boolean, Unsynced>> {
    const found = await containersOf(new Set([service]));
    if (!found.ok) {
      const all = new Set([...batch.copies.values()].map(({ from }) => from));
      return fail({ failure: found.failure, copies: all, removals: true });
    }
    const results = await Promise.all(
      found.value.map((container) => copies.into(container, batch)),
    );
    const failed = results.flatMap((result) => (result.ok ? [] : [result.failure]));
    const [first] = failed;
    if (first === undefined) return ok(found.value.length > 0);
    return fail({
      failure: first.failure,
      copies: new Set(failed.flatMap((one) => [...one.copies])),
      removals: failed.some(({ removals }) => removals),
    });
  }

  return {
    copy,
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
    started: copies.started,
  };
}

export type SyncContainers = ReturnType<typeof createSyncContainers>;
