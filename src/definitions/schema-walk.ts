import { globalRegistry } from 'zod/mini';
import type { $ZodType, $ZodTypes } from 'zod/v4/core';
import type { YamlPath } from './yaml-source.ts';

/** What a schema says of the key at a path. */
export function descriptionAt(schema: $ZodType, path: YamlPath): string | undefined {
  // The outermost registered description is the key's own.
  for (const found of schemasAt(schema, path)) {
    const { description } = globalRegistry.get(found) ?? {};
    if (description !== undefined) return description;
  }
  return undefined;
}

/** All schemas that a value at a path may follow, over all forms of unions, wrappers first. */
export function schemasAt(schema: $ZodType, path: YamlPath): readonly $ZodType[] {
  return path
    .reduce<readonly $ZodType[]>(
      (schemas, step) => schemas.flatMap((one) => forms(one).flatMap((form) => child(form, step))),
      [schema],
    )
    .flatMap((one) => [one, ...forms(one)]);
}

/** A schema without its wrappers, every form of a union. */
function forms(schema: $ZodType): readonly $ZodType[] {
  const { def } = (schema as $ZodTypes)._zod;
  if (def.type === 'optional' || def.type === 'default') return forms(def.innerType);
  if (def.type === 'union') return def.options.flatMap(forms);
  return [schema];
}

function child(schema: $ZodType, step: string | number): readonly $ZodType[] {
  const { def } = (schema as $ZodTypes)._zod;
  if (def.type === 'object') {
    const found = Object.hasOwn(def.shape, step) ? def.shape[step] : undefined;
    return found === undefined ? [] : [found];
  }
  if (def.type === 'record') return [def.valueType];
  if (def.type === 'array') return [def.element];
  return [];
}

/** The values that a key can have, where they are few: those of an enumeration, or true and false. */
export function valuesAt(schema: $ZodType, path: YamlPath): readonly (string | boolean)[] {
  const found = schemasAt(schema, path).map((one) => (one as $ZodTypes)._zod.def);
  if (found.some(({ type }) => !['optional', 'union', 'enum', 'boolean', 'literal'].includes(type)))
    return [];
  const values = found.flatMap((def): readonly unknown[] => {
    if (def.type === 'enum') return Object.values(def.entries);
    if (def.type === 'literal') return def.values;
    return def.type === 'boolean' ? [true, false] : [];
  });
  return values.filter((one) => typeof one === 'string' || typeof one === 'boolean');
}
