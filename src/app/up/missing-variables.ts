import { sourcePlace } from '../../compose/source.ts';
import { nodeAt } from '../../compose/tree.ts';
import type { Failure } from '../../events/failure.ts';
import { mappingAt } from '../../model/plain.ts';
import { givenVariables } from '../../plan/mounted-files.ts';
import type { ServicePlan } from '../../plan/operation.ts';
import type { Definition } from '../project/definition.ts';

/** Variables that a container is to be given as files, and that nobody sets: Compose would refuse them in the midst of the work. */
export function refuseMissingVariables(
  { environment }: Pick<Definition, 'environment'>,
  { operations }: Pick<ServicePlan, 'operations'>,
): readonly Failure[] {
  const { document, merged, variables } = environment;
  const services = new Set(
    operations.flatMap(({ operation: { kind, service } }) => (kind === 'remove' ? [] : [service])),
  );
  const missing = new Map<string, string>();
  for (const service of services) {
    for (const name of givenVariables(document, service)) {
      if (variables[name] === undefined && !missing.has(name)) missing.set(name, service);
    }
  }
  return [...missing].map(([name, service]): Failure => {
    const path = (['secrets', 'configs'] as const).flatMap((kind) =>
      Object.entries(mappingAt(document, kind)).flatMap(([key]) =>
        mappingAt(mappingAt(document, kind), key)['environment'] === name
          ? [[kind, key, 'environment']]
          : [],
      ),
    )[0];
    const at = path && nodeAt(merged.root, path)?.at;
    const place = at && sourcePlace(at);
    return {
      reason: 'definition',
      what: `${service} is given the variable ${name} as a file, and nobody sets it`,
      cure: `Set ${name} in the environment or in .env; ${name}= for an empty file`,
      ...(place !== undefined && { at: place }),
    };
  });
}
