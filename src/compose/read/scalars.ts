import type { ScalarNode } from '../tree.ts';

/** A scalar as Compose's YAML parser (go-yaml v3) types it. */
export type Resolved = Pick<ScalarNode, 'type' | 'value'>;

const WORDS: ReadonlyMap<string, Resolved> = new Map<string, Resolved>([
  ...['', '~', 'null', 'Null', 'NULL'].map((word): [string, Resolved] => [
    word,
    { type: 'null', value: null },
  ]),
  ...['true', 'True', 'TRUE'].map((word): [string, Resolved] => [
    word,
    { type: 'bool', value: true },
  ]),
  ...['false', 'False', 'FALSE'].map((word): [string, Resolved] => [
    word,
    { type: 'bool', value: false },
  ]),
  ...['.nan', '.NaN', '.NAN'].map((word): [string, Resolved] => [
    word,
    { type: 'float', value: NaN },
  ]),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word): [string, Resolved] => [
    word,
    { type: 'float', value: Infinity },
  ]),
  ...['-.inf', '-.Inf', '-.INF'].map((word): [string, Resolved] => [
    word,
    { type: 'float', value: -Infinity },
  ]),
]);

const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
/** Go's integer literals with a base prefix, and the octals of YAML 1.1 (0777) and 1.2 (0o777). */
const BASED = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+)$/;
const DECIMAL = /^[-+]?(?:0|[1-9][0-9]*)$/;
const TIMESTAMP =
  /^\d{4}-\d{1,2}-\d{1,2}(?:[Tt]\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?(?:Z|[-+]\d{2}:\d{2})| \d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?)?$/;

function integer(word: string): Resolved | undefined {
  let value: bigint;
  if (DECIMAL.test(word)) {
    value = BigInt(word.startsWith('+') ? word.slice(1) : word);
  } else {
    const match = BASED.exec(word);
    if (match === null) return undefined;
    let digits = match[2] ?? '';
    if (/^0[0-7]+$/.test(digits)) digits = `0o${digits.slice(1)}`;
    value = BigInt(digits.toLowerCase()) * (match[1] === '-' ? -1n : 1n);
  }
  if (value < -(1n << 63n) || value >= 1n << 64n) return undefined;
  const asNumber = Number(value);
  return { type: 'int', value: Number.isSafeInteger(asNumber) ? asNumber : value };
}

/** Types a plain (unquoted) scalar. */
export function resolvePlain(word: string): Resolved {
  const first = word.charCodeAt(0);
  const startsWithLetter = first > 64 && first < 123;
  if (startsWithLetter && !'tTfFnN'.includes(word.charAt(0)))
    return { type: 'string', value: word };
  const known = WORDS.get(word);
  if (known !== undefined) return known;
  if (startsWithLetter) return { type: 'string', value: word };
  if (/^[-+0-9]/.test(word)) {
    if (TIMESTAMP.test(word) && isDate(word)) return { type: 'timestamp', value: word };
    const bare = word.replaceAll('_', '');
    const whole = integer(bare);
    if (whole !== undefined) return whole;
    if (FLOAT.test(bare)) return { type: 'float', value: Number(bare) };
  } else if (word.startsWith('.') && FLOAT.test(word)) {
    return { type: 'float', value: Number(word) };
  }
  return { type: 'string', value: word };
}

function isDate(word: string): boolean {
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})/.exec(word);
  const [year, month, day] = [Number(match?.[1]), Number(match?.[2]), Number(match?.[3])];
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** Types a scalar with an explicit core tag; undefined when its text does not fit the tag. */
export function resolveTagged(tag: string, word: string): Resolved | undefined {
  const resolved = resolvePlain(word);
  switch (tag) {
    case '!!str':
      return { type: 'string', value: word };
    case '!!float':
      if (resolved.type === 'int') return { type: 'float', value: Number(resolved.value) };
      return resolved.type === 'float' ? resolved : undefined;
    case '!!int':
    case '!!bool':
    case '!!null':
    case '!!timestamp':
      return resolved.type === tag.slice(2) ? resolved : undefined;
    case '!!binary':
      return { type: 'string', value: Buffer.from(word, 'base64').toString('utf8') };
    default:
      // A tag that the parser does not know: the text as it stands.
      return { type: 'string', value: word };
  }
}
