import type { ShellPool } from '../checks/shell-pool.ts';
import { explainService } from '../engine/explain-service.ts';
import type { Failure } from '../events/failure.ts';
import type { Clock } from '../ports/clock.ts';
import type { ContainerSummary, Engine } from '../ports/engine.ts';
import { ok } from '../util/result.ts';
import type { Result } from '../util/result.ts';
import type { EventBus } from './event-bus.ts';
import { LONGEST_PAUSE_MS, watchDeaths } from './process-deaths.ts';
import type { ProcessDeath } from './process-deaths.ts';
import type { ServiceFollower } from './service-follower.ts';

/** A service that does not become healthy by then is reported so. */
const HEALTH_LIMIT_MS = 120_000;
const LOOK_MS = 250;
/** Why one that had run for a while is a problem only until it runs again. */
const STARTS_AGAIN = 'it is started again by itself';
/** A service that is not a module of ours has so long to end. */
const GRACE_SECONDS = 10;

export interface RestarterParts {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly bus: EventBus;
  readonly services: ServiceFollower;
  readonly pool: ShellPool;
  /** Whether the service is a module with a process that `run-module` starts. */
  readonly runsModule: (service: string) => boolean;
  /** Whether what it mounts leads where it may: an engine that starts a container follows links. */
  readonly mayStart: (service: string) => Promise<Result<void, Failure>>;
}

/** One (re)start of a service that is followed until it is known to be well, or not. */
interface Start {
  readonly service: string;
  readonly container: ContainerSummary;
  readonly sinceMs: number;
  readonly save: number;
  /** `restarted after compile`; empty for a start that we did not bring about. */
  readonly cause: string;
  /** A newer start of the same service took its place. */
  readonly signal: AbortSignal;
}

/**
 * Restarts a module's process, and tells how it went. The container stays, and
 * with it the checks that run in it: the first process of a module's container starts the module
 * anew when it gets SIGHUP. Other services are restarted with their container.
 */
export function createRestarter({
  engine,
  clock,
  bus,
  services,
  pool,
  runsModule,
  mayStart,
}: RestarterParts) {
  /** The newest start of each service: an older one that is still followed gives up. */
  const newest = new Map<string, AbortController>();

  // Well again, however it came to that: started anew by itself, for instance.
  bus.subscribe((event) => {
    if (event.kind === 'service-state' && event.health === 'healthy') solve(event.service);
    if (event.kind !== 'service-gone') return;
    newest.get(event.service)?.abort();
    solve(event.service);
  });

  function supersede(service: string): AbortSignal {
    newest.get(service)?.abort();
    const mine = new AbortController();
    newest.set(service, mine);
    return mine.signal;
  }

  function solve(service: string): void {
    const key = `service:${service}`;
    if (!bus.state.problems.some((problem) => problem.key === key)) return;
    bus.emit({ kind: 'problem-solved', key });
  }

  function complain(service: string, save: number, failure: Failure): void {
    const key = `service:${service}`;
    const failures = [{ ...failure, about: { service, ...failure.about } }];
    bus.emit({ kind: 'problem', save, key, level: 'error', failures });
  }

  /**
   * From inside: the engine takes any signal that goes through it for a stop by hand, and would not
   * start the container again when that ends, or when the engine itself was restarted.
   */
  async function hangUp(containerId: string): Promise<Result<void, Failure>> {
    return (await pool.signalFirst(containerId, 'HUP'))
      ? ok(undefined)
      : engine.signalContainer(containerId, 'HUP');
  }

  async function restart(service: string, save: number, cause: string): Promise<void> {
    const container = services.running(service);
    if (container === undefined) return;
    if (!runsModule(service)) {
      const allowed = await mayStart(service);
      if (!allowed.ok) {
        complain(service, save, allowed.failure);
        return;
      }
      services.explain(service, cause);
      const restarted = await engine.restartContainer(container.id, {
        graceSeconds: GRACE_SECONDS,
      });
      await services.refresh();
      services.explain(service, undefined);
      if (!restarted.ok && restarted.failure.reason !== 'no-engine') {
        complain(service, save, restarted.failure);
      }
      return;
    }
    const signal = supersede(service);
    const sinceMs = clock.now();
    const signalled = await hangUp(container.id);
    if (!signalled.ok) {
      // That the engine went is told once, for all.
      if (signalled.failure.reason === 'no-engine') return;
      complain(service, save, signalled.failure);
      return;
    }
    // A probe that began before may have met the process that was to end.
    const signalledMs = clock.now();
    const start: Start = { service, container, sinceMs, save, cause, signal };
    const probed = container.health !== 'none';
    tell(start, probed ? 'starting' : 'none');
    await Promise.all([
      followProcess(start),
      ...(probed ? [followHealth(start, signalledMs)] : []),
    ]);
  }

  function tell(
    { service, save, sinceMs, cause }: Start,
    health: 'none' | 'starting' | 'healthy' | 'unhealthy',
  ): void {
    const ports = bus.state.services[service]?.ports ?? [];
    const state = { state: 'running', health, since: sinceMs, ports } as const;
    bus.emit({ kind: 'service-state', service, save, cause, ...state });
  }

  async function followProcess(start: Start): Promise<void> {
    const { service, container, sinceMs, save, signal } = start;
    let told: number | undefined;
    let isNew = true;
    await watchDeaths(
      { engine, clock },
      {
        containerId: container.id,
        sinceMs,
        signal,
        onDeath: (death) => {
          // It is started again and again: told once, and again when it ends otherwise.
          if (signal.aborted || told === death.exitStatus) return;
          told = death.exitStatus;
          complain(service, save, deathOf(service, isNew ? start.cause : STARTS_AGAIN, death));
        },
        onSteady: () => {
          isNew = false;
          told = undefined;
          const current = services.running(service);
          // Where health is probed, only that says that it is well.
          const isWell = current?.health === 'none' || current?.health === 'healthy';
          if (current?.id === container.id && isWell) solve(service);
        },
      },
    );
  }

  async function followHealth(start: Start, signalledMs: number): Promise<void> {
    const health = await probedHealth(start, signalledMs);
    if (health === undefined) return;
    tell(start, health);
    const { service, container, save, cause } = start;
    const key = `service:${service}`;
    // Its process ended: that is told, with its last lines.
    if (health === 'healthy' || bus.state.problems.some((problem) => problem.key === key)) return;
    const at = { service, containerId: container.id, phase: 'failed', starts: 1 } as const;
    complain(service, save, await explainService(engine, { ...at, problem: cause }));
  }

  /** What the first probe after the signal that passes, or the last one that fails, says. */
  async function probedHealth(
    { container, sinceMs, signal }: Start,
    signalledMs: number,
  ): Promise<'healthy' | 'unhealthy' | undefined> {
    while (!signal.aborted) {
      const detail = await engine.inspect(container.id);
      if (!detail.ok || detail.value.state !== 'running') return undefined;
      const since = detail.value.healthLog.filter(
        (probe) => (probe.startedAtMs ?? 0) >= signalledMs,
      );
      if (since.some((probe) => probe.exitCode === 0)) return 'healthy';
      if (since.length > 0 && detail.value.health === 'unhealthy') return 'unhealthy';
      if (clock.now() - sinceMs > HEALTH_LIMIT_MS) return 'unhealthy';
      await clock.sleep(LOOK_MS, signal).catch(() => undefined);
    }
    return undefined;
  }

  return {
    restart,
    /** A container was started, or found running: a process that ends in it again and again is told. */
    started: async (service: string): Promise<void> => {
      const container = services.running(service);
      if (container === undefined || !runsModule(service)) return;
      const signal = supersede(service);
      const detail = await engine.inspect(container.id);
      if (!detail.ok) return;
      const earliest = clock.now() - LONGEST_PAUSE_MS;
      const sinceMs = Math.max(earliest, detail.value.startedAtMs);
      await followProcess({ service, container, sinceMs, save: 0, cause: '', signal });
    },
    /** A container that the engine started by itself, and that mounts what it must not, is ended. */
    keepOut: async (service: string, containerId: string): Promise<void> => {
      const allowed = await mayStart(service);
      if (allowed.ok) return;
      await engine.stopContainer(containerId, { graceSeconds: 0 });
      complain(service, 0, allowed.failure);
    },
    stop: (): void => {
      for (const start of newest.values()) start.abort();
    },
  };
}

function deathOf(service: string, cause: string, { exitStatus, lastLines }: ProcessDeath): Failure {
  return {
    reason: 'service',
    what: `the process of ${service} ended with exit status ${exitStatus}`,
    ...(cause === '' ? {} : { why: cause }),
    cure: `mend it and save; dev logs ${service} shows all`,
    detail: lastLines,
  };
}

export type Restarter = ReturnType<typeof createRestarter>;
