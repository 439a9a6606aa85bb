import type { StageDefinition } from '../model/pipeline.ts';
import { contents, hash, markOf, type KeyRequest, type ModuleKeys } from './keys.ts';
import { filesBelow, type TreeEntry } from './sources.ts';

/** A stage of the team's own, and the hash of everything that goes into it. */
export interface KeyedStage {
  readonly definition: StageDefinition;
  readonly key: string;
}

/** What a stage without a module finds in its export. */
function read({ reads }: StageDefinition, { sources }: KeyRequest): readonly TreeEntry[] {
  if (reads.length === 0) return sources.files;
  return reads.flatMap((path) => [
    ...sources.files.filter((entry) => entry.path === path),
    ...filesBelow(path, sources),
  ]);
}

/**
 * Stages with their keys. Secrets count by name: another value of the same one makes nothing anew.
 * @param stages each after those that it comes after.
 */
export function stageKeys(
  stages: readonly StageDefinition[],
  keys: ReadonlyMap<string, ModuleKeys>,
  request: KeyRequest,
): readonly KeyedStage[] {
  const made = new Map<string, string>();
  return stages.map((definition) => {
    const { name, run, module, image, after, artifact, network, secrets } = definition;
    const ownContents = [...contents(read(definition, request)), ...markOf(request.sources)];
    const key = hash(
      ...['stage', name, run, request.references.get(image) ?? image],
      // The artifact's key holds all that the module's folder does.
      module === undefined ? ownContents : keys.get(module)?.artifact,
      after.map((one) => [one, made.get(one)]),
      ...[artifact, network, secrets, [...definition.environment]],
    );
    made.set(name, key);
    return { definition, key };
  });
}

/** `contract:api` beside the module's other steps; `docs` where it is about no module. */
export function stageId({ name, module }: Pick<StageDefinition, 'name' | 'module'>): string {
  return module === undefined ? name : `${name}:${module}`;
}
