import type { Failure } from '../../events/failure.ts';
import type { ContainerSummary } from '../../ports/engine-containers.ts';
import { counted } from '../../util/counted.ts';

/** Names beyond this are only counted. */
const MOST_NAMES = 6;

const named = (services: readonly string[]): string =>
  services.length <= MOST_NAMES ? services.join(', ') : counted(services.length, 'service');

/**
 * What an interrupted `dev up` leaves behind, and how to go on or to end it.
 *
 * @param failure what was interrupted
 * @param containers of the project as they are now; undefined when the engine does not answer
 */
export function interruptedUp(
  failure: Failure,
  containers: readonly ContainerSummary[] | undefined,
): Failure {
  if (containers === undefined) return { ...failure, cure: 'dev up' };
  const own = containers.filter(({ oneOff }) => !oneOff);
  const running = own.filter(({ state }) => state === 'running');
  const names = (some: readonly ContainerSummary[]): readonly string[] =>
    [...new Set(some.map(({ service }) => service))].sort();
  if (running.length === 0) {
    return { ...failure, why: 'no service runs yet', cure: 'dev up begins again' };
  }
  // A job that has done its work is no service that is missing.
  const others = own.filter(
    ({ state, status }) => state !== 'running' && !status.startsWith('Exited (0)'),
  );
  const missing = others.length === 0 ? '' : `; not running: ${named(names(others))}`;
  return {
    ...failure,
    why: `what was started keeps running: ${named(names(running))}${missing}`,
    cure: 'dev up goes on from here, dev down ends it',
  };
}
