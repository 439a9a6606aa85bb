import type { Failure } from '../../events/failure.ts';
import type { World } from '../../ports/world.ts';
import type { Result } from '../../util/result.ts';
import { loadDefinition, type Definition } from '../project/definition.ts';
import { openProject } from '../project/open-project.ts';

export type InitWorld = Pick<
  World,
  'files' | 'host' | 'locks' | 'clock' | 'processes' | 'engine' | 'engineChoice'
>;

const quiet = (): void => undefined;

/** What a folder's definition comes to, with every profile on: services of all of them stay. */
export async function definitionOf(
  root: string,
  world: InitWorld,
): Promise<Result<Definition, readonly Failure[]>> {
  const request = { project: root, context: 'dev', profiles: ['*'], write: false } as const;
  const opened = await openProject(request, world, quiet);
  if (!opened.ok) return opened;
  return loadDefinition(opened.value.opened, opened.value.hierarchy, world);
}
