import fc from 'fast-check';
import type { Arbitrary } from 'fast-check';

export type Values = Readonly<Record<string, Arbitrary<unknown>>>;

export const constant = fc.constantFrom;
export const SERVICE_NAMES = ['api', 'db', 'web', 'job'] as const;

/** Texts with all that YAML, Go and interpolation could stumble over. */
const TEXT = fc.oneof(
  { weight: 4, arbitrary: constant('one', 'two', 'x-y', '/srv/data', 'a b', 'name=value', 'v1.2') },
  {
    weight: 2,
    arbitrary: constant(
      '${SET}',
      '$SET-tail',
      '${UNSET:-default}',
      '${EMPTY:-d}',
      '${EMPTY-d}',
      '${SET:+alt}',
      '${UNSET+alt}',
      'a$$b',
      '${UNSET:-${SET:-deep}}',
      '${SET:?must}',
      '${NUMBER}',
      'x${SET}y${UNSET:-z}',
    ),
  },
  {
    weight: 2,
    arbitrary: constant(
      'yes',
      'no',
      'on',
      'null',
      '~',
      'true',
      '0777',
      '0o17',
      '0x1f',
      '1_000',
      '1e3',
      '.5',
      '12:30',
      '2020-01-02',
      '- a',
      'a: b',
      'a #b',
      '#a',
      ' lead',
      'trail ',
      '*a',
      '&a',
      '!a',
      '%a',
      '@a',
      '`a`',
      '"q"',
      "it's",
      '{a}',
      '[a]',
      'line\nbreak',
      'line\n',
      'tab\there',
      'é√漢😀',
      '<<',
      '=',
      '|',
      '>',
      '\\',
      '',
    ),
  },
);
export const WORD = constant('alpha', 'beta', 'gamma', 'x1', 'y-2');
export const SIMPLE = constant('one', 'two', '${SET}', '${UNSET:-three}', 'f.our');
export const TRUTH = constant(true, false, 'true', 'no', '${TRUE}');
export const WHOLE = fc.oneof(fc.integer({ min: 1, max: 9000 }), constant('5', '${NUMBER}'));
export const PLAIN_WHOLE = fc.integer({ min: 0, max: 9000 });
export const DURATION = constant('5s', '1m30s', '0s', '1.5h', '100ms', '${UNSET:-2s}');
export const BYTES = constant('512m', '1g', '2KB', '1.5gb', '64', '100b', '10 MiB');
export const BYTES_OR_WHOLE = fc.oneof(BYTES, fc.integer({ min: 1, max: 1 << 30 }));

export const listOf = (item: Arbitrary<unknown>, maxLength = 3): Arbitrary<unknown[]> =>
  fc.uniqueArray(item, { maxLength, comparator: 'SameValue' });
export const filled = (item: Arbitrary<unknown>, maxLength = 3): Arbitrary<unknown[]> =>
  fc.uniqueArray(item, { minLength: 1, maxLength, comparator: 'SameValue' });
export const texts = listOf(TEXT);
export const words = filled(WORD);

export const SCALAR = fc.oneof(
  { weight: 5, arbitrary: TEXT },
  {
    weight: 3,
    arbitrary: constant<unknown>(1, 0, -3, 1.5, 1e21, 1e-7, 123456789012, true, false, null),
  },
);
export const dictionary = (value: Arbitrary<unknown>): Arbitrary<unknown> =>
  fc.dictionary(constant('A', 'B', 'C_D', 'e.f', 'x-g', 'SET', 'UNSET'), value, { maxKeys: 4 });
const assignments = listOf(
  fc
    .tuple(constant('A', 'B', 'C_D', 'e.f', 'SET', 'UNSET'), TEXT)
    .map(([key, text]) => (text === '~' ? key : `${key}=${text}`)),
);
export const LIST_OR_MAP = fc.oneof(dictionary(SCALAR), assignments);
export const LABELS = fc.oneof(
  fc.dictionary(constant('A', 'B', 'C_D'), SCALAR, { minKeys: 1, maxKeys: 3 }),
  filled(constant('A=1', 'B=2', 'D=x y')),
);

export const record = (values: Values): Arbitrary<unknown> =>
  fc.record(values, { requiredKeys: [] });
export const recordWith = (required: string[], values: Values): Arbitrary<unknown> =>
  fc.record(values, { requiredKeys: required });
