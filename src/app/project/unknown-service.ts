import { didYouMean, nearest } from '../../util/did-you-mean.ts';
import type { Failure } from '../../events/failure.ts';

/** Somebody named a service that there is not. */
export function unknownService(name: string, known: readonly string[]): Failure {
  if (known.length === 0) {
    return {
      reason: 'usage',
      what: `there is no service ${name}`,
      why: 'nothing runs',
      cure: 'dev up',
    };
  }
  return {
    reason: 'usage',
    what: `there is no service ${name}`,
    cure: didYouMean(name, known, 'Services'),
  };
}

/**
 * Somebody named a service that no container is of: there is none of that name, or its profile is off, or it was
 * not brought up yet.
 * @param up names of those that have containers.
 */
export function notUp(name: string, up: readonly string[]): Failure {
  if (up.length === 0 || nearest(name, up) !== undefined) return unknownService(name, up);
  return {
    reason: 'usage',
    what: `no service ${name} is up`,
    cure: `dev up ${name}   where the definition has it. Up are: ${[...up].sort().join(', ')}`,
  };
}
