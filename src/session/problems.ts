import type { Failure } from '../events/failure.ts';
import type { SessionState } from '../state/session-state.ts';
import type { EventBus } from './event-bus.ts';

/** What is wrong, and where it is shown: `definition`, `service:api`, `sync:api`. */
export interface KeyedProblem {
  readonly key: string;
  readonly level: 'warning' | 'error';
  readonly failures: readonly Failure[];
  /** The save that it is about; 0 when it is left out. */
  readonly save?: number;
}

/** Tells a problem; in the place of what was told under its key before. */
export function tellProblem(bus: EventBus, problem: KeyedProblem): void {
  bus.emit({ kind: 'problem', ...problem });
}

export function hasProblem({ state }: EventBus, key: string): boolean {
  return state.problems.some((problem) => problem.key === key);
}

/** Tells that there is no such problem any more, where there was one. */
export function solveProblem(bus: EventBus, key: string, save = 0): void {
  if (hasProblem(bus, key)) bus.emit({ kind: 'problem-solved', save, key });
}

/** Under which a service's problem is told. */
export const serviceKey = (service: string): string => `service:${service}`;

/** What is wrong with services as they run: a process that has ended, a probe that fails. */
export function serviceTroubles({ problems }: SessionState): readonly Failure[] {
  return problems.flatMap(({ key, level, failures }) =>
    level === 'error' && key.startsWith(serviceKey('')) ? failures : [],
  );
}
