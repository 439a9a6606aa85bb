import type { Failure } from '../events/failure.ts';
import type { Clock } from '../ports/clock.ts';
import type { ContainerSummary, Engine, EngineEvent } from '../ports/engine.ts';
import { ok } from '../util/result.ts';
import type { Result } from '../util/result.ts';
import type { EventBus, Happening } from './event-bus.ts';
import { inWork, listingChange, notRunning, serviceState } from './service-listing.ts';
import type { RowChange, ServiceListing } from './service-listing.ts';
import { createRowKeeper } from './service-standings.ts';

/** Between attempts to reach an engine that went away. */
const RECONNECT_MS = 1_000;

/** Events that change what a container's row says. */
const TELLING = /^(?:create|start|restart|die|stop|kill|oom|pause|unpause|destroy|health_status)/;

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
  /** A container was started (also: found running for the first time). */
  readonly onStart: (service: string, containerId: string) => void;
  readonly onEnd: (service: string, containerId: string) => void;
  /** The engine was away and answers again; these services ran before, and do not now. */
  readonly onReturn: (stopped: readonly string[]) => void;
}

function runningOnly(container: ContainerSummary | undefined): ContainerSummary | undefined {
  return container?.state === 'running' ? container : undefined;
}

/** By its own clock: were ours ahead, what happens while a stream of events opens would be missed. */
async function timeOf(engine: Pick<Engine, 'time'>): Promise<number | undefined> {
  const time = await engine.time();
  return time.ok ? time.value : undefined;
}

function runningIn(containers: ServiceListing): readonly string[] {
  return [...containers].flatMap(([name, { state }]) => (state === 'running' ? name : []));
}

/** Counts how often containers end, and passes it on. */
function countLives(onEnd: FollowerParts['onEnd']) {
  const counts = new Map<string, number>();
  const deaths = (id: string): number => counts.get(id) ?? 0;
  return {
    deaths,
    end: (service: string, id: string): void => {
      counts.set(id, deaths(id) + 1);
      onEnd(service, id);
    },
  };
}

function engineState(failure: Failure | undefined): Happening {
  const detail = failure?.why ?? failure?.what;
  const why = detail === undefined ? {} : { detail };
  return { kind: 'engine-state', reachable: failure === undefined, ...why };
}

/** Keeps the services' states as the engine has them: one listing at each event that tells. */
export function createServiceFollower(parts: FollowerParts): ServiceFollower {
  const { engine, clock, bus, instance } = parts;
  let containers: ServiceListing = new Map();
  const rows = createRowKeeper({ engine, clock, tell, refresh });
  const causes = new Map<string, string | undefined>();
  const lives = countLives(parts.onEnd);
  /** Why the engine does not answer, while it does not. */
  let silence: Failure | undefined;
  /** What ran when the engine went away, until it is back. */
  let ranBefore: readonly string[] | undefined;
  /** Ends the stream of events that is followed. */
  let stream = new AbortController();
  let turn: Promise<unknown> = Promise.resolve();

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
    reach(undefined);
    const own = listed.value.filter((one) => !one.oneOff);
    const now = inWork(own);
    const { ended, started } = listingChange(containers, now);
    for (const { service, id } of ended) lives.end(service, id);
    for (const service of Object.keys(bus.state.services)) {
      if (!now.has(service)) bus.emit({ kind: 'service-gone', service });
    }
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

  /** One that is back before it is looked for again is in no listing as ended. */
  function died({ service, containerId }: EngineEvent): void {
    rows.ended(containerId);
    const known = containers.get(service);
    if (known?.id !== containerId || known.state !== 'running') return;
    containers = new Map([...containers, [service, { ...known, state: 'exited' }]]);
    lives.end(service, containerId);
  }

  function tell(row: RowChange): void {
    const { service } = row.current;
    const { since: knownSince } = bus.state.services[service] ?? {};
    bus.emit(serviceState(row, { now: clock.now(), knownSince, cause: causes.get(service) }));
  }

  function reach(failure: Failure | undefined): void {
    const changed = (failure === undefined) !== (silence === undefined);
    silence = failure;
    if (changed) bus.emit(engineState(failure));
  }

  /** The engine went: nothing of what it ran is known to run. */
  function lose(failure: Failure): void {
    ranBefore ??= runningIn(containers);
    reach(failure);
    for (const [service, { id, state }] of containers) {
      if (state === 'running') lives.end(service, id);
    }
    containers = new Map();
    rows.forget();
    // An engine that is stopping answers no more, and still keeps its streams open for a while.
    stream.abort();
  }

  async function follow(signal: AbortSignal): Promise<void> {
    const ended = (): boolean => signal.aborted;
    while (!ended()) {
      const sinceMs = await timeOf(engine);
      const listed = await refresh();
      if (listed.ok) {
        stream = new AbortController();
        const either = AbortSignal.any([signal, stream.signal]);
        try {
          // From before the listing on: nothing that happened meanwhile is missed.
          for await (const event of engine.events(instance, either, sinceMs)) {
            if (event.action === 'die') died(event);
            if (TELLING.test(event.action)) await refresh();
          }
        } catch {
          // Told below, by the listing that fails as well.
        }
        if (ended()) break;
        // The stream ends with the engine: one that is back already may have lost what it ran.
        ranBefore ??= runningIn(containers);
        await refresh();
      }
      await clock.sleep(RECONNECT_MS, signal).catch(() => undefined);
    }
    rows.forget(true);
  }

  return {
    running: (service) => runningOnly(containers.get(service)),
    deaths: lives.deaths,
    absence: (service) => silence ?? notRunning(service, containers.get(service)),
    refresh,
    follow,
    explain: (service, cause) => {
      causes.set(service, cause);
    },
  };
}
