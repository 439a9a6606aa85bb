import { unreachable } from '../util/unreachable.ts';
import type { Action } from './step.ts';

/**
 * How long a step takes where it was never done before, in milliseconds: of two cores and small
 * projects. What counts is which are long and which are short.
 */
export function usualMsOf(action: Action): number {
  switch (action.kind) {
    case 'pipeline':
      return 120_000;
    case 'engine':
    case 'root-image':
      return 40_000;
    case 'build-image':
      return 20_000;
    case 'bring-image':
      if (action.how === 'forbidden') return 0;
      return action.how === 'pull' ? 10_000 : 20_000;
    case 'install':
      return 10_000;
    case 'compile':
      return 3_000;
    case 'seed-caches':
      return 1_500;
    // Most health checks say for the first time after a second or more that all is well.
    case 'await':
      return 2_000;
    case 'hook':
      return 2_000;
    case 'recreate':
    case 'scale':
    case 'recreate-network':
    case 'remove':
    case 'reset-data':
      return 1_000;
    case 'create':
    case 'start':
      return 400;
    case 'create-volume':
      return 20;
    default:
      return unreachable(action);
  }
}

/** Registries refuse many at once, and the engine takes three layers at a time. */
const PULLS_AT_ONCE = 6;

/** Which steps are counted together, and how many of them run at once. */
export function lanesFor(compilesAtOnce: number): Readonly<Record<string, number>> {
  return { compile: Math.max(1, compilesAtOnce), pull: PULLS_AT_ONCE };
}

/** The lane of a step; undefined where cores alone are counted. */
export function laneOf(action: Action): string | undefined {
  if (action.kind === 'compile') return 'compile';
  return action.kind === 'bring-image' && action.how === 'pull' ? 'pull' : undefined;
}
