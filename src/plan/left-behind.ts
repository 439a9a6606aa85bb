import type { ContainerDetail, ContainerSummary } from '../ports/engine.ts';
import { STEP_LABEL } from '../ports/compose-cli.ts';
import type { PlannedOperation } from './operation.ts';
import { COMPOSE_LABELS } from '../ports/compose-labels.ts';

/** Compose's label on a container that takes another one's place. */
/** The name that it has until the other one is gone: the other's id, and the name itself. */
const INTERIM_NAME = /^[0-9a-f]{12}_(.+)$/;

/** The name that a container was to get when what made it was killed; undefined for all others. */
function intendedName({ name, labels }: ContainerSummary): string | undefined {
  return COMPOSE_LABELS.replace in labels ? INTERIM_NAME.exec(name)?.[1] : undefined;
}

/** Only a new container helps: in this one no check, shell or tool can be run. */
export const LOST_CAUSE = 'the engine has lost it: it runs, and nothing can be run in it any more';

/** What a project has on the engine, sorted by whether somebody is still responsible for it. */
export interface Sorted {
  /** Containers of services; not one-off ones. */
  readonly containers: readonly ContainerSummary[];
  /** What takes away that which a killed process left, and nobody needs. */
  readonly removals: readonly PlannedOperation[];
}

/**
 * Finds what killed processes left: the new container beside the one that it was to replace, and
 * one-off containers of steps of a plan, which nobody but the holder of the project's lock makes. Pure.
 */
export function withoutLeftBehind(all: readonly ContainerSummary[]): Sorted {
  const names = new Set(all.map(({ name }) => name));
  const isSecond = (container: ContainerSummary): boolean => {
    const intended = intendedName(container);
    return intended !== undefined && names.has(intended) && container.state !== 'running';
  };
  const removals = all.flatMap((container): readonly PlannedOperation[] => {
    const { id, service, oneOff, labels, name } = container;
    const cause = oneOff
      ? STEP_LABEL in labels && `${name} was left by a dev that was killed`
      : isSecond(container) && 'it was being made anew when that was killed';
    if (cause === false) return [];
    return [{ operation: { kind: 'remove', service, containerId: id }, cause }];
  });
  return {
    containers: all.filter((one) => !one.oneOff && !isSecond(one)),
    removals,
  };
}

/**
 * Engines say this when a process cannot be put into a container that they take for running. Its
 * files are not mounted for them any more (seen where it was started while its end was being cleaned
 * up), or its first process is gone. A check whose program is missing names that program instead.
 */
const LOST_BY_ENGINE =
  /starting setns process|cannot exec in a stopped|no running task found|procReady not received/i;

/** The words of its last health probe, where they say that the engine has lost the container. */
export function refusedProbe({
  state,
  healthLog,
}: Pick<ContainerDetail, 'state' | 'healthLog'>): string | undefined {
  const probe = state === 'running' ? healthLog.at(-1) : undefined;
  const isRefused = probe !== undefined && probe.exitCode < 0 && LOST_BY_ENGINE.test(probe.output);
  return isRefused ? probe.output.trim() : undefined;
}

/** Why a container is no whole one, whatever its definition; undefined where it is. */
export function brokenOff(container: ContainerSummary): string | undefined {
  if (container.probeRefusal !== undefined) return LOST_CAUSE;
  if (intendedName(container) !== undefined) return 'it was being made anew when that was killed';
  switch (container.state) {
    // Compose gives a container its networks and texts after it has made it.
    case 'created':
      return 'it was made, and never started';
    case 'dead':
    case 'removing':
      return 'it was being removed when that was broken off';
    case 'running':
    case 'paused':
    case 'restarting':
    case 'exited':
      return undefined;
  }
}
