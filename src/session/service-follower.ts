import type { Failure } from '../events/failure.ts';
import type { Clock } from '../ports/clock.ts';
import type { ContainerSummary, Engine } from '../ports/engine.ts';
import { ok } from '../util/result.ts';
import type { Result } from '../util/result.ts';
import type { EventBus } from './event-bus.ts';

/** Between attempts to reach an engine that went away. */
const RECONNECT_MS = 1_000;

/** Events that change what a container's row says. */
const TELLING = /^(?:create|start|restart|die|stop|kill|oom|pause|unpause|destroy|health_status)/;

export interface ServiceFollower {
  /** The service's running container, as far as is known. */
  running(service: string): ContainerSummary | undefined;
  /** Looks at the engine now. */
  refresh(): Promise<Result<void, Failure>>;
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
}

/** Keeps the services' states as the engine has them: one listing at each event that tells. */
export function createServiceFollower(parts: FollowerParts): ServiceFollower {
  const { engine, clock, bus, instance } = parts;
  const containers = new Map<string, ContainerSummary>();
  const causes = new Map<string, string>();
  const started = new Map<string, string>();
  let reachable = true;
  let turn: Promise<unknown> = Promise.resolve();

  /** One after the other: an older listing must not be told after a newer one. */
  function refresh(): Promise<Result<void, Failure>> {
    const result = turn.then(look);
    turn = result;
    return result;
  }

  async function look(): Promise<Result<void, Failure>> {
    const listed = await engine.containers(instance);
    if (!listed.ok) return listed;
    const now = new Map(
      listed.value.filter((one) => !one.oneOff).map((one) => [one.service, one] as const),
    );
    for (const [service, before] of containers) {
      const current = now.get(service);
      if (
        before.state === 'running' &&
        (current?.id !== before.id || current.state !== 'running')
      ) {
        parts.onEnd(service, before.id);
      }
      if (current === undefined) bus.emit({ kind: 'service-gone', service });
    }
    for (const [service, current] of now) tell(containers.get(service), current);
    containers.clear();
    for (const [service, current] of now) containers.set(service, current);
    for (const [service, current] of started) parts.onStart(service, current);
    started.clear();
    return ok(undefined);
  }

  function tell(before: ContainerSummary | undefined, current: ContainerSummary): void {
    const { service, id, state, health } = current;
    if (state === 'running' && (before?.id !== id || before.state !== 'running')) {
      started.set(service, id);
    }
    if (before?.id === id && before.state === state && before.health === health) return;
    const sameState = before?.id === id && before.state === state;
    const cause = causes.get(service);
    bus.emit({
      kind: 'service-state',
      service,
      state,
      health,
      since: sameState ? (bus.state.services[service]?.since ?? clock.now()) : clock.now(),
      ...(cause === undefined ? {} : { cause }),
      ...exitStatusOf(current),
      ports: current.ports.map(
        (port) => `${port.hostAddress}:${port.hostPort}→${port.containerPort}/${port.protocol}`,
      ),
    });
  }

  function reach(now: boolean, detail?: string): void {
    if (now === reachable) return;
    reachable = now;
    bus.emit({ kind: 'engine-state', reachable: now, ...(detail === undefined ? {} : { detail }) });
  }

  /** The engine went: nothing of what it ran is known to run. */
  function lose(detail: string): void {
    reach(false, detail);
    for (const [service, { id, state }] of containers) {
      if (state === 'running') parts.onEnd(service, id);
    }
    containers.clear();
  }

  async function follow(signal: AbortSignal): Promise<void> {
    const ended = (): boolean => signal.aborted;
    while (!ended()) {
      const sinceMs = clock.now();
      const listed = await refresh();
      if (listed.ok) {
        reach(true);
        try {
          // From before the listing on: nothing that happened meanwhile is missed.
          for await (const event of engine.events(instance, signal, sinceMs)) {
            if (TELLING.test(event.action)) await refresh();
          }
        } catch {
          // Told below, by the listing that fails as well.
        }
        if (ended()) return;
        const again = await engine.containers(instance);
        if (!again.ok) lose(again.failure.what);
      } else {
        lose(listed.failure.what);
      }
      await clock.sleep(RECONNECT_MS, signal).catch(() => undefined);
    }
  }

  return {
    running: (service) => {
      const container = containers.get(service);
      return container?.state === 'running' ? container : undefined;
    },
    refresh,
    follow,
    explain: (service, cause) => {
      if (cause === undefined) causes.delete(service);
      else causes.set(service, cause);
    },
  };
}

/** `Exited (137) 2 seconds ago` → 137. */
function exitStatusOf({ status }: ContainerSummary): { readonly exitStatus?: number } {
  const number = /^Exited \((\d+)\)/.exec(status)?.[1];
  return number === undefined ? {} : { exitStatus: Number(number) };
}
