import type { Task } from '../ports/orchestrator.ts';
import type { Shared } from './compose-view.ts';
import type { DesiredService } from './desired.ts';

/** What a plan does with a service that others share something with. */
export type Fate = 'made anew' | 'started' | 'left';

export interface SharingRequest {
  readonly service: DesiredService;
  readonly own: readonly Task[];
  readonly tasksOf: (service: string) => readonly Task[];
  /** Of services before it in the order of dependencies. */
  readonly fateOf: (service: string) => Fate;
}

/**
 * Why a service's container has to be made anew with that of another one: it holds on to a network,
 * to processes or to volumes of a container that will be gone, or that is gone already. Times are
 * compared with times of the same engine only. Undefined when it can stay. Pure.
 */
export function sharingCause(request: SharingRequest): string | undefined {
  const { service, fateOf } = request;
  for (const [name, shared] of service.joins) {
    const fate = fateOf(name);
    if (fate === 'made anew') return `it shares the ${shared} of ${name}, which is made anew`;
    if (fate === 'started' && shared !== 'volumes') {
      return `it shares the ${shared} of ${name}, which is started again`;
    }
    if (isYounger(name, request)) return `it shares the ${shared} of an earlier ${name}`;
    if (shared !== 'volumes' && wasStartedLater(name, request)) {
      return `it shares the ${shared} of ${name}, which was started again`;
    }
  }
  for (const name of service.restartsWith) {
    if (fateOf(name) === 'made anew') return `${name} is made anew`;
    if (fateOf(name) === 'started') return `${name} is started again`;
    if (isYounger(name, request)) return `it was started for an earlier ${name}`;
  }
  return undefined;
}

/** Whether all containers of a service were made after one of ours: in whole seconds. */
function isYounger(name: string, { own, tasksOf }: SharingRequest): boolean {
  const theirs = tasksOf(name).map(({ createdAtMs }) => createdAtMs);
  return theirs.length > 0 && own.some(({ createdAtMs }) => createdAtMs < Math.min(...theirs));
}

function wasStartedLater(name: string, { own, tasksOf }: SharingRequest): boolean {
  const times = (tasks: readonly Task[]): readonly number[] =>
    tasks.flatMap(({ state, startedAtMs = [] }) => (state === 'running' ? startedAtMs : []));
  const theirs = times(tasksOf(name));
  return theirs.length > 0 && times(own).some((at) => at < Math.max(...theirs));
}

/** Services whose containers must be looked at to know when they were started. */
export function sharingServices(desired: readonly DesiredService[]): ReadonlySet<string> {
  const names = desired.flatMap(({ name, joins }) => {
    const spaces = [...joins].flatMap(([other, shared]: readonly [string, Shared]) =>
      shared === 'volumes' ? [] : [other],
    );
    return spaces.length > 0 ? [name, ...spaces] : [];
  });
  return new Set(names);
}
