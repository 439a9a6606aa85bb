import type { Failure } from '../events/failure.ts';
import type { Clock } from '../ports/clock.ts';
import type { ContainerSummary } from '../ports/engine-containers.ts';
import type { Engine, EngineEvent } from '../ports/engine.ts';
import { ok } from '../util/result.ts';
import type { Result } from '../util/result.ts';
import { createEngineStream } from './engine-stream.ts';
import type { EventBus } from './event-bus.ts';
import { inWork, listingChange, notRunning, serviceState } from './service-listing.ts';
import type { RowChange, ServiceListing } from './service-listing.ts';
import { createRowKeeper } from './service-standings.ts';

export interface ServiceFollower {
  /** The service's running container, as far as is known. */
  running(service: string): ContainerSummary | undefined;
  /** How often a container's process was seen to end: another number is another life of it. */
  deaths(containerId: string): number;
  /** Looks at the engine now. */
  refresh(): Promise<Result<void, Failure>>;
  /** Why `running` gives none: no engine, no container, or one that stopped. */
  absence(service: string): Failure;
  /** Follows the engine's events until the signal is aborted; over its restarts, too. */
  follow(signal: AbortSignal): Promise<void>;
  /** The next changes of this service are told with this cause. */
  explain(service: string, cause: string | undefined): void;
}

export interface FollowerParts {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly bus: EventBus;
  /** Compose project name. */
  readonly instance: string;
  /** Whether a service is done when it ends with 0; without it each is. */
  readonly mayEnd?: ((service: string) => boolean) | undefined;
  /** A container was started (also: found running for the first time). */
  readonly onStart: (service: string, containerId: string) => void;
  readonly onEnd: (service: string, containerId: string) => void;
  /** The engine was away and answers again; these services ran before, and do not now. */
  readonly onReturn: (stopped: readonly string[]) => void;
}

function runningOnly(container: ContainerSummary | undefined): ContainerSummary | undefined {
  return container?.state === 'running' ? container : undefined;
}

function tellGone(bus: EventBus, now: ServiceListing): void {
  for (const service of Object.keys(bus.state.services)) {
    if (!now.has(service)) bus.emit({ kind: 'service-gone', service });
  }
}

/** Knows whether the engine answers, and tells when that is another. */
function createReach(bus: EventBus) {
  let silence: Failure | undefined;
  return {
    /** Why it does not answer, while it does not. */
    get silence(): Failure | undefined {
      return silence;
    },
    tell(failure: Failure | undefined): void {
      const changed = (failure === undefined) !== (silence === undefined);
      silence = failure;
      if (!changed) return;
      const detail = failure?.why ?? failure?.what;
      const why = detail === undefined ? {} : { detail };
      bus.emit({ kind: 'engine-state', reachable: failure === undefined, ...why });
    },
  };
}

/** Keeps the services' states as the engine has them: one listing at each event that tells. */
export function createServiceFollower(parts: FollowerParts): ServiceFollower {
  const { engine, clock, bus, instance } = parts;
  let containers: ServiceListing = new Map();
  const rows = createRowKeeper({ engine, clock, tell, refresh, mayEnd: parts.mayEnd });
  const causes = new Map<string, string>();
  const deaths = new Map<string, number>();
  const reach = createReach(bus);
  /** What ran when the engine went away, until it is back. */
  let ranBefore: readonly string[] | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  // The stream ends with the engine: one that is back already may have lost what it ran.
  const stream = createEngineStream({
    ...{ engine, clock, instance, refresh },
    ...{ onDeath: died, onEnd: rememberRunning },
  });

  /** One after the other: an older listing must not be told after a newer one. */
  function refresh(): Promise<Result<void, Failure>> {
    const result = turn.then(look);
    turn = result;
    return result;
  }

  async function look(): Promise<Result<void, Failure>> {
    const listed = await engine.containers(instance);
    if (!listed.ok) {
      lose(listed.failure);
      return listed;
    }
    reach.tell(undefined);
    const own = listed.value.filter((one) => !one.oneOff);
    const now = inWork(own);
    const { ended, started } = listingChange(containers, now);
    for (const { service, id } of ended) end(service, id);
    tellGone(bus, now);
    containers = now;
    await rows.keep(own);
    for (const { service, id } of started) parts.onStart(service, id);
    if (ranBefore !== undefined) {
      const stopped = ranBefore.filter((service) => now.get(service)?.state !== 'running');
      ranBefore = undefined;
      parts.onReturn(stopped);
    }
    return ok(undefined);
  }

  function end(service: string, id: string): void {
    deaths.set(id, (deaths.get(id) ?? 0) + 1);
    parts.onEnd(service, id);
  }

  /** One that is back before it is looked for again is in no listing as ended. */
  function died({ service, containerId }: EngineEvent): void {
    rows.ended(containerId);
    const known = containers.get(service);
    if (known?.id !== containerId || known.state !== 'running') return;
    containers = new Map([...containers, [service, { ...known, state: 'exited' }]]);
    end(service, containerId);
  }

  function tell(row: RowChange): void {
    const { service } = row.current;
    const knownSince = bus.state.services[service]?.since;
    const cause = causes.get(service);
    bus.emit(serviceState(row, { now: clock.now(), knownSince, cause }));
  }

  function rememberRunning(): void {
    ranBefore ??= [...containers].flatMap(([name, { state }]) => (state === 'running' ? name : []));
  }

  /** The engine went: nothing of what it ran is known to run. */
  function lose(failure: Failure): void {
    rememberRunning();
    reach.tell(failure);
    for (const [service, { id, state }] of containers) {
      if (state === 'running') end(service, id);
    }
    containers = new Map();
    rows.forget();
    // An engine that is stopping answers no more, and still keeps its streams open for a while.
    stream.cut();
  }

  return {
    running: (service) => runningOnly(containers.get(service)),
    deaths: (containerId) => deaths.get(containerId) ?? 0,
    absence: (service) => reach.silence ?? notRunning(service, containers.get(service)),
    refresh,
    follow: async (signal) => {
      await stream.follow(signal);
      rows.forget(true);
    },
    explain: (service, cause) => {
      if (cause === undefined) causes.delete(service);
      else causes.set(service, cause);
    },
  };
}
