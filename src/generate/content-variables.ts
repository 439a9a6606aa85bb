import type { Edit } from '../compose/merge/edits.ts';
import { ownVariable, withOwnVariable } from '../images/own-variable.ts';
import { isMapping, mappingAt, type PlainMapping } from '../model/plain.ts';

/** The variables that Compose is given for the contents of secrets and configs. */
export function contentVariables(
  values: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [ownVariable(name), value]),
  );
}

/** The same for all of a document. */
export function contentEdits(
  document: PlainMapping,
  values: Readonly<Record<string, string>>,
): readonly Edit[] {
  return ['configs', 'secrets'].flatMap((kind) =>
    Object.entries(mappingAt(document, kind)).flatMap(([name, object]): Edit[] => {
      const own = withOwnVariable(object, values);
      if (own === object || !isMapping(own)) return [];
      const path = [kind, name, 'environment'];
      return [{ kind: 'set', path, value: own['environment'], label: 'of an environment file' }];
    }),
  );
}
