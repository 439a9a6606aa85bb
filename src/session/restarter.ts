import type { Module } from '../model/module.ts';
import type { Clock } from '../ports/clock.ts';
import type { Engine } from '../ports/engine.ts';
import type { EventBus } from './event-bus.ts';
import type { ServiceFollower } from './service-follower.ts';

/** A service that does not become healthy by then is reported so. */
const HEALTH_LIMIT_MS = 120_000;
const LOOK_MS = 250;

export interface RestarterParts {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly bus: EventBus;
  readonly services: ServiceFollower;
}

/**
 * Restarts a module's process after a good compile. The container stays, and with it the checks that
 * run in it: the first process of a module's container starts the module anew when it gets SIGHUP.
 */
export function createRestarter({ engine, clock, bus, services }: RestarterParts) {
  /** The newest restart of each service: an older one that still waits for health gives up. */
  const newest = new Map<string, number>();
  let counter = 0;

  async function restart(service: string, save: number, cause: string): Promise<void> {
    const container = services.running(service);
    if (container === undefined) return;
    counter += 1;
    const mine = counter;
    newest.set(service, mine);
    const restartedAt = clock.now();
    const told = (health: 'none' | 'starting' | 'healthy' | 'unhealthy', why: string): void =>
      bus.emit({
        kind: 'service-state',
        service,
        save,
        state: 'running',
        health,
        since: restartedAt,
        cause: why,
        ports: bus.state.services[service]?.ports ?? [],
      });
    const signalled = await engine.signalContainer(container.id, 'HUP');
    if (!signalled.ok) {
      // That the engine went is told once, for all.
      if (signalled.failure.reason === 'no-engine') return;
      bus.emit({
        kind: 'problem',
        save,
        key: `service:${service}`,
        level: 'error',
        failures: [signalled.failure],
      });
      return;
    }
    const probed = container.health !== 'none';
    told(probed ? 'starting' : 'none', cause);
    if (!probed) return;
    const health = await probedHealth(
      container.id,
      restartedAt,
      () => newest.get(service) === mine,
    );
    if (health === undefined) return;
    told(health, cause);
    const key = `service:${service}`;
    if (health === 'healthy') {
      if (bus.state.problems.some((problem) => problem.key === key)) {
        bus.emit({ kind: 'problem-solved', save, key });
      }
      return;
    }
    bus.emit({
      kind: 'problem',
      save,
      key,
      level: 'error',
      failures: [
        {
          reason: 'service',
          what: `${service} is not healthy ${cause}`,
          cure: `dev logs ${service}`,
          detail: (await lastProbe(container.id)).split('\n'),
        },
      ],
    });
  }

  /** What the first probe after the restart that passes, or the last one that fails, says. */
  async function probedHealth(
    containerId: string,
    restartedAt: number,
    wanted: () => boolean,
  ): Promise<'healthy' | 'unhealthy' | undefined> {
    let failed = 0;
    while (wanted()) {
      const detail = await engine.inspect(containerId);
      if (!detail.ok || detail.value.state !== 'running') return undefined;
      const since = detail.value.healthLog.filter(
        (probe) => (probe.startedAtMs ?? 0) >= restartedAt,
      );
      if (since.some((probe) => probe.exitCode === 0)) return 'healthy';
      failed = since.length;
      if (failed > 0 && detail.value.health === 'unhealthy') return 'unhealthy';
      if (clock.now() - restartedAt > HEALTH_LIMIT_MS) return 'unhealthy';
      await clock.sleep(LOOK_MS);
    }
    return undefined;
  }

  async function lastProbe(containerId: string): Promise<string> {
    const detail = await engine.inspect(containerId);
    return detail.ok ? (detail.value.healthLog.at(-1)?.output.trim() ?? '') : '';
  }

  return {
    restart,
    /** After a good compile, if the module wants it. */
    afterCompile: (module: Module, save: number): void => {
      if (module.run === undefined || module.restart !== 'on-compile') return;
      void restart(module.name, save, 'restarted after compile');
    },
  };
}

export type Restarter = ReturnType<typeof createRestarter>;
