import type { Failure } from '../events/failure.ts';
import type { ContainerSummary, Engine, FileOwner } from '../ports/engine.ts';
import { fail, ok, type Result } from '../util/result.ts';
import type { SyncRule } from '../watch/sync-rules.ts';

/** What a change of files asks of a service's containers. */
export interface SyncBatch {
  /** Path in the container → path on this machine. */
  readonly copies: ReadonlyMap<string, string>;
  /** Paths in the container of what is gone. */
  readonly removals: ReadonlySet<string>;
  /** Paths in the container of files in whose place there is a folder now. */
  readonly replaced: ReadonlySet<string>;
  /** Services to restart. */
  readonly restarts: ReadonlySet<string>;
  /** Rules whose command is to run. */
  readonly execs: readonly SyncRule[];
  readonly rebuild: boolean;
}

interface Parts {
  readonly engine: Engine;
  readonly instance: string;
  readonly explain: (service: string, cause: string | undefined) => void;
  /** Whether a service may be started again: its mounts are what they were. */
  readonly mayStart: (service: string) => Promise<Result<void, Failure>>;
}

/** As `docker compose restart` has it. */
const GRACE_SECONDS = 10;
const SHOWN_LINES = 15;
/** A command line takes so many paths. */
const PATHS_AT_ONCE = 1_000;

/** True when there was a container to do it in. */
type Done = Promise<Result<boolean, Failure>>;

/** Copies into the containers of services, restarts them, and runs commands in them. */
export function createSyncContainers({ engine, instance, explain, mayStart }: Parts) {
  /** What was to be removed in containers that did not run: container → paths. */
  const missed = new Map<string, Set<string>>();
  /** Who files are given to: container → owner. */
  const owners = new Map<string, FileOwner | undefined>();

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

  /** As root, who wrote them; a container without `rm` says so. */
  async function remove(containerId: string, flag: string, paths: readonly string[]) {
    for (let at = 0; at < paths.length; at += PATHS_AT_ONCE) {
      const argv = ['rm', flag, '--', ...paths.slice(at, at + PATHS_AT_ONCE)];
      const ended = await runIn(containerId, { argv, user: '0' });
      if (!ended.ok) return ended;
    }
    return ok(undefined);
  }

  async function runIn(
    containerId: string,
    options: Parameters<Engine['exec']>[1],
  ): Promise<Result<string, Failure>> {
    const started = await engine.exec(containerId, options);
    if (!started.ok) return started;
    const { stdout, stderr, exited } = started.value;
    let output = '';
    for (const stream of [stdout, stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output = (output + chunk.toString('utf8')).slice(-8_000);
      });
    }
    const status = await exited;
    if (status === 0) return ok(output);
    return fail({
      reason: 'service',
      what: `${options.argv.slice(0, 4).join(' ')} ended with exit status ${status}`,
      detail: output.trimEnd().split('\n').slice(-SHOWN_LINES),
    });
  }

  /** The container's own user; of root's the files keep the numbers that they have here. */
  async function ownerIn({ id, state }: ContainerSummary): Promise<FileOwner | undefined> {
    if (owners.has(id)) return owners.get(id);
    const detail = await engine.inspect(id);
    const [user = '', group] = detail.ok ? detail.value.user.split(':') : [];
    if (['', '0', 'root'].includes(user)) {
      if (detail.ok) owners.set(id, undefined);
      return undefined;
    }
    const asked =
      state === 'running' ? await runIn(id, { argv: ['sh', '-c', 'id -u; id -g'] }) : undefined;
    const numbers = asked?.ok === true ? asked.value.trim().split('\n').map(Number) : [];
    const [uid = Number(user), gid = Number(group ?? 0)] = numbers;
    if (!Number.isInteger(uid) || !Number.isInteger(gid)) return undefined;
    owners.set(id, { uid, gid });
    return { uid, gid };
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
      const removed = await remove(id, '-rf', [...removals]);
      if (!removed.ok) return fail(told(removed.failure));
    } else if (removals.size > 0) {
      missed.set(id, new Set([...(missed.get(id) ?? []), ...removals]));
    }
    // Where a folder is in its place already, there is nothing to remove.
    if (replaced.size > 0 && isRunning) await remove(id, '-f', [...replaced]);
    if (copies.size === 0) return ok(undefined);
    for (const to of copies.keys()) missed.get(id)?.delete(to);
    const files = [...copies].map(([to, from]) => ({ from, to }));
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
          const ended = await runIn(id, exec);
          if (!ended.ok) return ended;
        }
        return ok(undefined);
      }),
    /** Catches up with what could not be removed while it did not run. */
    started: (_service: string, containerId: string): void => {
      const paths = missed.get(containerId);
      missed.delete(containerId);
      if (paths !== undefined) void remove(containerId, '-rf', [...paths]);
    },
  };
}
