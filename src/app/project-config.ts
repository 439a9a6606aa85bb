import type { Failure } from '../events/failure.ts';
import type { Context } from '../model/project.ts';
import type { World } from '../ports/world.ts';
import type { Result } from '../util/result.ts';
import { loadDefinition } from './definition.ts';
import { openProject } from './open-project.ts';
import { prepare, type Prepared } from './prepare.ts';

/** What `dev up` would give the engine now. Reads files; writes none, and needs no engine. */
export async function prepareProject(
  request: { readonly project: string | undefined; readonly context: Context },
  world: World,
): Promise<Result<Prepared, readonly Failure[]>> {
  const quiet = (): void => undefined;
  const opening = await openProject({ ...request, write: false }, world, quiet);
  if (!opening.ok) return opening;
  const { opened, hierarchy } = opening.value;
  const definition = loadDefinition(opened, hierarchy, world);
  if (!definition.ok) return definition;
  // Ports that this project's own containers hold are not taken; without an engine none are.
  const engine = await world.engine();
  const containers = await engine.containers(opened.instance);
  const held = containers.ok
    ? containers.value.flatMap(({ service, ports }) => ports.map((port) => ({ ...port, service })))
    : [];
  return prepare(definition.value, held, world, quiet);
}
