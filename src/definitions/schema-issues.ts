import type { $ZodIssue, $ZodType, $ZodTypes } from 'zod/v4/core';
import type { Failure } from '../events/failure.ts';
import { fail, ok } from '../util/result.ts';
import type { Result } from '../util/result.ts';
import { didYouMean, nearest } from '../util/did-you-mean.ts';
import { byPlace } from './problems.ts';
import { descriptionAt, schemasAt } from './schema-walk.ts';
import type { YamlPath, YamlSource } from './yaml-source.ts';

/** A schema, as far as it is needed here: what it says of a value. */
interface Schema<T> {
  safeParse(
    value: unknown,
  ):
    | { readonly success: true; readonly data: T }
    | { readonly success: false; readonly error: { readonly issues: readonly $ZodIssue[] } };
}

/** A validated value, or every problem with its place and cure. */
export function validate<T>(
  schema: Schema<T> & $ZodType,
  source: YamlSource,
  value: unknown,
): Result<T, readonly Failure[]> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return ok(parsed.data);
  const context: Context = { schema, source, value };
  const failures = parsed.error.issues.flatMap((issue) => explain(issue, [], context));
  return fail(byPlace(withoutMisspelt(failures)));
}

/** A key that is missing because it is misspelt is one problem, not two. */
function withoutMisspelt(failures: readonly Told[]): readonly Failure[] {
  const meant = new Set(failures.flatMap(({ meant: path }) => (path === undefined ? [] : [path])));
  return failures.flatMap(({ missing, failure }) =>
    missing !== undefined && meant.has(missing) ? [] : [failure],
  );
}

/** A failure, with the path of the key that is missing, or that a misspelt one was to be. */
interface Told {
  readonly failure: Failure;
  readonly missing?: string;
  readonly meant?: string;
}

interface Context {
  readonly schema: $ZodType;
  readonly source: YamlSource;
  readonly value: unknown;
}

function explain(issue: $ZodIssue, base: YamlPath, context: Context): readonly Told[] {
  const path = [
    ...base,
    ...issue.path.map((step) => (typeof step === 'number' ? step : String(step))),
  ];
  const value = valueAt(context.value, path);
  const wrong = (what: string, why?: string, cure?: string): readonly Told[] => {
    const extra = {
      ...(why === undefined ? {} : { why }),
      ...(cure === undefined ? {} : { cure }),
    };
    const at = context.source.placeAt(path);
    return [{ failure: { reason: 'definition', what: `${pathText(path)} ${what}`, ...extra, at } }];
  };
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(key, path, context));
    case 'invalid_key':
      return [badName(path, issue.issues[0]?.message, context)];
    case 'invalid_type':
      if (value === undefined) return [missingKey(path, context)];
      return wrong(`must be ${typeText(issue.expected)}, not ${described(value)}`);
    case 'invalid_value':
      if (value === undefined) return [missingKey(path, context)];
      return wrong(`cannot be ${described(value)}`, undefined, choiceCure(value, issue.values));
    case 'invalid_union':
      if (value === undefined) return [missingKey(path, context)];
      return explainUnion(issue.errors, path, context) ?? wrong(...noForm(issue.errors, value));
    case 'invalid_format':
      return wrong(`cannot be ${described(value)}`, issue.message);
    case 'too_small':
      return wrong(
        `cannot be ${described(value)}`,
        said(issue, `it must be at least ${String(issue.minimum)}`),
      );
    case 'too_big':
      return wrong(
        `cannot be ${described(value)}`,
        said(issue, `it must be at most ${String(issue.maximum)}`),
      );
    case 'not_multiple_of':
    case 'invalid_element':
    case 'custom':
      return wrong('is not right', issue.message);
    default:
      return wrong('is not right');
  }
}

/** The schema's own message, or ours where it has none. */
function said(issue: $ZodIssue, otherwise: string): string {
  return issue.message === 'Invalid input' ? otherwise : issue.message;
}

function choiceCure(value: unknown, allowed: readonly unknown[]): string {
  return didYouMean(typeof value === 'string' ? value : '', allowed.map(String), 'It can be');
}

/** More than this are better listed in the cure than in the middle of a sentence. */
const MANY_CHOICES = 3;

type Issues = readonly $ZodIssue[];

/** Of several forms the one that the person meant: right at its top, with the fewest problems. */
function explainUnion(
  allForms: readonly Issues[],
  path: YamlPath,
  context: Context,
): readonly Told[] | undefined {
  const meant = allForms
    .filter((issues) => issues.every((issue) => issue.path.length > 0 || !isMismatch(issue)))
    .sort((a, b) => a.length - b.length)[0];
  return meant?.flatMap((issue) => explain(issue, path, context));
}

/** What to say of a value that has none of the forms: what, why, cure. */
function noForm(
  allForms: readonly Issues[],
  value: unknown,
): [what: string, why?: undefined, cure?: string] {
  const top = allForms.flatMap((issues) => issues.filter((issue) => issue.path.length === 0));
  const choices = top.flatMap((issue) => (issue.code === 'invalid_value' ? issue.values : []));
  const types = top.flatMap((issue) =>
    issue.code === 'invalid_type' ? [typeText(issue.expected)] : [],
  );
  if (typeof value === 'string' && choices.length > MANY_CHOICES) {
    return [`cannot be ${described(value)}`, undefined, choiceCure(value, choices)];
  }
  const allowed = [...new Set([...choices.map(String), ...types])];
  const what = `must be ${allowed.join(' or ')}, not ${described(value)}`;
  if (typeof value !== 'string' || choices.length === 0) return [what];
  return [what, undefined, choiceCure(value, choices)];
}

function isMismatch(issue: $ZodIssue): boolean {
  return ['invalid_type', 'invalid_value', 'custom', 'invalid_union'].includes(issue.code);
}

function unknownKey(key: string, parent: YamlPath, context: Context): Told {
  const known = knownKeys(context.schema, parent);
  const meant = nearest(key, known);
  const where = parent.length === 0 ? '' : ` in ${pathText(parent)}`;
  return {
    failure: {
      reason: 'definition',
      what: `unknown key "${key}"${where}`,
      cure: didYouMean(key, known, 'Known keys'),
      at: context.source.placeOfKey([...parent, key]),
    },
    ...(meant === undefined ? {} : { meant: pathText([...parent, meant]) }),
  };
}

function missingKey(path: YamlPath, context: Context): Told {
  const parent = path.slice(0, -1);
  const key = String(path.at(-1));
  const why = descriptionAt(context.schema, path);
  return {
    failure: {
      reason: 'definition',
      what: `${parent.length === 0 ? context.source.file : pathText(parent)} lacks the key "${key}"`,
      ...(why === undefined ? {} : { why: `${key}: ${why}` }),
      cure: `Add ${key}: …`,
      at: context.source.placeOfKey(parent),
    },
    missing: pathText(path),
  };
}

function badName(path: YamlPath, why: string | undefined, context: Context): Told {
  const what = `${described(path.at(-1))} is not a good name`;
  const at = context.source.placeOfKey(path);
  return { failure: { reason: 'definition', what, at, ...(why === undefined ? {} : { why }) } };
}

/** `modules.api.test`, `windows[0].panes[1]`. */
export function pathText(path: YamlPath): string {
  const parts = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`));
  return parts.join('').replace(/^\./, '') || 'the file';
}

export function valueAt(value: unknown, path: YamlPath): unknown {
  let at = value;
  for (const step of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as Readonly<Record<string | number, unknown>>)[step];
  }
  return at;
}

function described(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return JSON.stringify(value);
}

function typeText(expected: string): string {
  const words: Readonly<Record<string, string>> = {
    string: 'text',
    boolean: 'true or false',
    int: 'a whole number',
    number: 'a whole number',
    array: 'a list',
    object: 'a mapping',
    record: 'a mapping',
  };
  return words[expected] ?? expected;
}

/** Keys that a schema knows at a path, over all forms of its unions. */
function knownKeys(schema: $ZodType, path: YamlPath): readonly string[] {
  const keys = schemasAt(schema, path).flatMap((found) => {
    const { def } = (found as $ZodTypes)._zod;
    return def.type === 'object' ? Object.keys(def.shape) : [];
  });
  return [...new Set(keys)];
}
