import { STEP_LABEL } from '../ports/compose-cli.ts';
import { COMPOSE_LABELS } from '../ports/compose-labels.ts';
import type { ContainerDetail, ContainerSummary } from '../ports/engine-containers.ts';

/** The name that a container has until the one is gone whose place it takes: the other's id, and the name itself. */
const INTERIM_NAME = /^[0-9a-f]{12}_(.+)$/;

const BROKEN_OFF = 'it was being made anew when that was killed';

/** The name that a container was to get when what made it was killed; undefined for all others. */
function intendedName({ name, labels }: ContainerSummary): string | undefined {
  return COMPOSE_LABELS.replace in labels ? INTERIM_NAME.exec(name)?.[1] : undefined;
}

/** Only a new container helps: in this one no check, shell or tool can be run. */
export const LOST_CAUSE = 'the engine has lost it: it runs, and nothing can be run in it any more';

/** What killed processes left of a container: why nobody needs it, or why it is no whole one. */
export interface Remains {
  readonly leftBehind?: string;
  readonly flaw?: string;
}

/**
 * Finds what killed processes left: the new container beside the one that it was to replace, and
 * one-off containers of steps of a plan, which nobody but the holder of the project's lock makes. Pure.
 * @param names of all containers of the project.
 */
export function remainsOf(container: ContainerSummary, names: ReadonlySet<string>): Remains {
  const { oneOff, labels, name, state } = container;
  if (oneOff) {
    return STEP_LABEL in labels ? { leftBehind: `${name} was left by a dev that was killed` } : {};
  }
  const intended = intendedName(container);
  if (intended === undefined) return {};
  const isSecond = names.has(intended) && state !== 'running';
  return isSecond ? { leftBehind: BROKEN_OFF } : { flaw: BROKEN_OFF };
}

/**
 * Engines say this when a process cannot be put into a container that they take for running. Its
 * files are not mounted for them any more (seen where it was started while its end was being cleaned
 * up), or its first process is gone. A check whose program is missing names that program instead.
 */
const LOST_BY_ENGINE =
  /starting setns process|cannot exec in a stopped|no running task found|procReady not received/i;

/** Whether its last health probe says that the engine has lost the container. */
export function isLost({
  state,
  healthLog,
}: Pick<ContainerDetail, 'state' | 'healthLog'>): boolean {
  const probe = state === 'running' ? healthLog.at(-1) : undefined;
  return probe !== undefined && probe.exitCode < 0 && LOST_BY_ENGINE.test(probe.output);
}
