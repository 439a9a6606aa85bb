import { didYouMean } from '../../util/did-you-mean.ts';
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
