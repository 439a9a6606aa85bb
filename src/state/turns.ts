import { moduleCondition } from './select.ts';
import type { ModuleState, SessionState } from './session-state.ts';

export interface Turn {
  readonly module: string;
  readonly to: 'good' | 'bad';
}

/**
 * Finds the moments in which a module turns from good to bad or back: compared are its conditions
 * at rest, when none of its checks runs or waits, so that a run in the middle turns nothing.
 */
export function createTurnFinder(): (state: SessionState) => readonly Turn[] {
  const known = new Map<string, 'good' | 'bad'>();
  return (state) =>
    state.modules.filter(atRest).flatMap((module) => {
      const to = moduleCondition(module);
      if (to === 'unknown') return [];
      const before = known.get(module.name);
      known.set(module.name, to);
      return before === undefined || before === to ? [] : [{ module: module.name, to }];
    });
}

function atRest({ checks }: ModuleState): boolean {
  return checks.every(({ queued, running }) => queued === undefined && running === undefined);
}
