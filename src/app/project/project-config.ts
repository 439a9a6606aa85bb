import type { Failure } from '../../events/failure.ts';
import type { Context } from '../../model/project.ts';
import type { World } from '../../ports/world.ts';
import type { Result } from '../../util/result.ts';
import { loadDefinition } from './definition.ts';
import { engineFacts, observe, takenNames } from '../up/observe.ts';
import { openProject } from './open-project.ts';
import { prepare, type EngineFacts, type Prepared } from '../up/prepare.ts';

/** Without an engine nothing is held, and none is too old for anything. */
const NO_ENGINE: EngineFacts = {
  held: [],
  holder: () => Promise.resolve(undefined),
  apiVersion: '2',
};

/** What `dev up` would give the engine now. Reads files; writes none, and needs no engine. */
export async function prepareProject(
  request: {
    readonly project: string | undefined;
    readonly context: Context;
    readonly profiles: readonly string[];
  },
  world: World,
): Promise<Result<Prepared, readonly Failure[]>> {
  const quiet = (): void => undefined;
  const opening = await openProject({ ...request, write: false }, world, quiet);
  if (!opening.ok) return opening;
  const { opened, hierarchy } = opening.value;
  const definition = loadDefinition(opened, hierarchy, world);
  if (!definition.ok) return definition;
  const engine = await world.engine();
  const observed = await observe(world, opened.instance);
  const facts = observed.ok
    ? {
        ...engineFacts(observed.value, definition.value, { services: [] }, { ...world, engine }),
        takenNames: await takenNames(definition.value, observed.value, engine),
      }
    : NO_ENGINE;
  return prepare(definition.value, { ...facts, write: false }, world, quiet);
}
