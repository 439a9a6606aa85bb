import * as z from 'zod/mini';
import { DURATION_PATTERN } from '../util/duration.ts';

// `zod/mini` imported statically is cut down to what is used: 6 ms to load instead of 30.
// Without generated code a schema that parses once is faster.
z.config({ jitless: true });

/** Names that become Compose services, host names and file names. */
const NAME_PATTERN = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const NAME_RULE =
  'a name has lower-case letters, digits and single hyphens, and starts with a letter: order-api';

/**
 * A key that may be left out. What is said of it ends up in the published JSON Schema, for editors;
 * it belongs to the wrapper made here, so `schema` may be shared.
 */
export function optional<S extends z.ZodMiniType>(
  schema: S,
  description: string,
  ...examples: unknown[]
): z.ZodMiniOptional<S> {
  const wrapper = z.optional(schema);
  z.globalRegistry.add(wrapper, described(description, examples));
  return wrapper;
}

/** A key that has to be there, or a whole value. Copies `schema`, so that what is said is its own. */
export function required<S extends z.ZodMiniType>(
  schema: S,
  description: string,
  ...examples: unknown[]
): S {
  return schema.check(z.meta(described(description, examples)));
}

function described(description: string, examples: unknown[]): z.core.GlobalMeta {
  return { description, ...(examples.length > 0 && { examples }) };
}

export const name = z
  .string()
  .check(z.regex(NAME_PATTERN, NAME_RULE), z.maxLength(40, 'a name has at most 40 characters'));

/** As Compose names projects: a repository's data is found under the name that it has had. */
export const projectNameSchema = z
  .string()
  .check(
    z.regex(
      /^[a-z0-9]+(?:(?:__?|-+)[a-z0-9]+)*$/,
      'the name of a project has lower-case letters, digits, hyphens and underscores: shop',
    ),
    z.maxLength(63, 'the name of a project has at most 63 characters'),
  );

/** Text that is not blank. */
export const nonBlankText = z.string().check(z.regex(/\S/, 'it must not be empty'));

export const duration = z
  .string()
  .check(z.regex(DURATION_PATTERN, 'a duration is written 500ms, 90s, 2m or 1h30m'));

/** One text, or several. */
/** A file or a folder below the one that it is said of. */
export const pathBelow = (message: string) =>
  z.string().check(z.regex(/^(?!\/)(?!(?:.*\/)?\.\.(?:\/|$)).*\S.*$/, message));

export const texts = z.union([nonBlankText, z.array(nonBlankText)]);

/** One text or several → always several. */
export function severalOf(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}

/** Name of a variable of the environment. */
export const variableName = z
  .string()
  .check(z.regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'this is not the name of a variable'));

export const environment = optional(
  z.record(variableName, z.union([z.string(), z.number(), z.boolean()])),
  'Variables that it gets.',
);
