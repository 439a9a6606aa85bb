import type { ContainerSummary } from '../ports/engine.ts';
import { STEP_LABEL } from '../ports/compose-cli.ts';
import type { PlannedOperation } from './operation.ts';

/** Compose's label on a container that takes another one's place. */
const REPLACE_LABEL = 'com.docker.compose.replace';
/** The name that it has until the other one is gone: the other's id, and the name itself. */
const INTERIM_NAME = /^[0-9a-f]{12}_(.+)$/;

/** The name that a container was to get when what made it was killed; undefined for all others. */
function intendedName({ name, labels }: ContainerSummary): string | undefined {
  return REPLACE_LABEL in labels ? INTERIM_NAME.exec(name)?.[1] : undefined;
}

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

/** Why a container is no whole one, whatever its definition; undefined where it is. */
export function brokenOff(container: ContainerSummary): string | undefined {
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
