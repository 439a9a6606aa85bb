import { isMapping } from '../model/plain.ts';

/**
 * What a variable of the project's environment files is called for Compose, which runs on the host: as
 * `LD_PRELOAD` or `DOCKER_CONFIG` itself, it would have programs run there that nobody agreed to.
 */
export const ownVariable = (name: string): string => `ONESTACK_FILE_${name}`;

/** A secret or config as Compose is given it: its contents come from {@link ownVariable}. */
export function withOwnVariable(
  object: unknown,
  values: Readonly<Record<string, string>>,
): unknown {
  const name = isMapping(object) ? object['environment'] : undefined;
  return isMapping(object) && typeof name === 'string' && Object.hasOwn(values, name)
    ? { ...object, environment: ownVariable(name) }
    : object;
}
