import { explainService } from '../engine/explain-service.ts';
import type { Failure } from '../events/failure.ts';
import type { Clock } from '../ports/clock.ts';
import type { ContainerSummary } from '../ports/engine-containers.ts';
import type { Engine } from '../ports/engine.ts';
import type { EventBus } from './event-bus.ts';
import { hasProblem, serviceKey, solveProblem, tellProblem } from './problems.ts';
import { watchDeaths } from './process-deaths.ts';
import type { ProcessDeath } from './process-deaths.ts';
import type { ServiceFollower } from './service-follower.ts';

/** A service that does not become healthy by then is reported so. */
const HEALTH_LIMIT_MS = 120_000;
const LOOK_MS = 250;
/** The end of a process is told within this time of a probe that found nobody. */
const DEATH_FIRST_MS = 1_000;
/** Why one that had run for a while is a problem only until it runs again. */
const STARTS_AGAIN = 'it is started again by itself';

/** One (re)start of a service that is followed until it is known to be well, or not. */
export interface Start {
  readonly service: string;
  readonly container: ContainerSummary;
  /** Epoch milliseconds, as all events have them. */
  readonly sinceMs: number;
  /** The same by the engine's clock, which its logs go by. */
  readonly engineMs: number;
  readonly save: number;
  /** `restarted after compile`; empty for a start that we did not bring about. */
  readonly cause: string;
  /** A newer start of the same service took its place. */
  readonly signal: AbortSignal;
}

export interface StartParts {
  readonly engine: Pick<Engine, 'inspect' | 'logs'>;
  readonly clock: Clock;
  readonly bus: EventBus;
  readonly services: Pick<ServiceFollower, 'running' | 'explain' | 'refresh'>;
}

export function complain(bus: EventBus, service: string, save: number, failure: Failure): void {
  const failures = [{ ...failure, about: { service, ...failure.about } }];
  tellProblem(bus, { key: serviceKey(service), level: 'error', failures, save });
}

/** Tells that it runs, as of now. */
export function tellStart(
  bus: EventBus,
  { service, save, sinceMs, cause }: Start,
  health: 'none' | 'starting' | 'healthy' | 'unhealthy',
): void {
  const ports = bus.state.services[service]?.ports ?? [];
  const state = { state: 'running', health, since: sinceMs, ports } as const;
  bus.emit({ kind: 'service-state', service, save, cause, ...state });
}

/** Tells of the ends of its process, until it ends with its container or the start is superseded. */
export async function followProcess(
  { engine, clock, bus, services }: StartParts,
  start: Start,
): Promise<void> {
  const { service, container, engineMs, save, signal } = start;
  let told: number | undefined;
  let isNew = true;
  await watchDeaths(
    { engine, clock },
    {
      containerId: container.id,
      sinceMs: engineMs,
      signal,
      onDeath: (death) => {
        // It is started again and again: told once, and again when it ends otherwise.
        if (signal.aborted || told === death.exitStatus) return;
        told = death.exitStatus;
        complain(bus, service, save, deathOf(service, isNew ? start.cause : STARTS_AGAIN, death));
      },
      onSteady: () => {
        isNew = false;
        told = undefined;
        const current = services.running(service);
        // Where health is probed, only that says that it is well.
        const isWell = current?.health === 'none' || current?.health === 'healthy';
        if (current?.id === container.id && isWell) solveProblem(bus, serviceKey(service));
      },
    },
  );
}

/**
 * Tells what its probes say of it.
 * @param signalledMs epoch milliseconds by the engine's clock: probes that began before say nothing
 */
export async function followHealth(
  parts: StartParts,
  start: Start,
  signalledMs: number,
): Promise<void> {
  const { engine, bus, clock } = parts;
  const health = await probedHealth(parts, start, signalledMs);
  if (health === undefined) return;
  tellStart(bus, start, health);
  const { service, container, save, cause, signal } = start;
  if (health === 'healthy') return;
  // Where its process ended, that is told, with its last lines: its log may be later than its probe.
  await clock.sleep(DEATH_FIRST_MS, signal).catch(() => undefined);
  if (signal.aborted || hasProblem(bus, serviceKey(service))) return;
  const at = { service, containerId: container.id, phase: 'failed', starts: 1 } as const;
  complain(bus, service, save, await explainService(engine, { ...at, problem: cause }));
}

/** What the first probe after the signal that passes, or the last one that fails, says. */
async function probedHealth(
  { engine, clock }: StartParts,
  { container, signal }: Start,
  signalledMs: number,
): Promise<'healthy' | 'unhealthy' | undefined> {
  const begunMs = clock.steady();
  while (!signal.aborted) {
    const detail = await engine.inspect(container.id);
    if (!detail.ok || detail.value.state !== 'running') return undefined;
    const since = detail.value.healthLog.filter((probe) => (probe.startedAtMs ?? 0) >= signalledMs);
    if (since.some((probe) => probe.exitCode === 0)) return 'healthy';
    if (since.length > 0 && detail.value.health === 'unhealthy') return 'unhealthy';
    if (clock.steady() - begunMs > HEALTH_LIMIT_MS) return 'unhealthy';
    await clock.sleep(LOOK_MS, signal).catch(() => undefined);
  }
  return undefined;
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
