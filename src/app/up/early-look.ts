import type { Failure } from '../../events/failure.ts';
import { instanceIn, knownInstance } from '../../generate/instance.ts';
import type { World } from '../../ports/world.ts';
import type { Result } from '../../util/result.ts';
import { locateRoot } from '../project/locate.ts';
import { refuseEngine } from './engine-place.ts';
import type { WorldLook } from './look.ts';
import type { UpRequest } from './plan-services.ts';

/** What was seen longer ago is looked at again: a person may have been asked something meanwhile. */
const FRESH_MS = 1_000;

/** A look at the engine that was begun before the definition was read. */
export interface EarlyLook {
  /** Undefined where it was another instance's, or is too old. */
  of(instance: string): Promise<Result<WorldLook, Failure>> | undefined;
}

type EarlyWorld = Pick<World, 'files' | 'host' | 'locks' | 'clock' | 'engineChoice'>;

const NONE: EarlyLook = { of: () => undefined };

/**
 * Asks the engine while the definition is still being read, which takes as long: by the name that the folder
 * has had so far. Where it has none yet, or will have another, nothing was gained.
 */
export function lookEarly(
  request: UpRequest,
  world: EarlyWorld,
  begin: (instance: string) => Promise<Result<WorldLook, Failure>>,
): EarlyLook {
  if (request.dryRun || request.known !== undefined) return NONE;
  const { context, project } = request;
  const root = locateRoot(world, project);
  if (!root.ok || refuseEngine(context, world) !== undefined) return NONE;
  // What is wrong with it is told by the reading that follows.
  const known = knownInstance(root.value, { ...world, report: () => undefined });
  if (!known.ok || known.value === undefined) return NONE;
  const { name } = instanceIn(context, known.value, world);
  const beganMs = world.clock.steady();
  const found = begin(name);
  // Whoever does not want it does not hear of its trouble.
  found.catch(() => undefined);
  return {
    of: (instance) =>
      instance === name && world.clock.steady() - beganMs < FRESH_MS ? found : undefined,
  };
}
