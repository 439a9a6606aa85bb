import { parseBoolean, parseFloating, parseInteger } from '../read/casts.ts';
import type { Node } from '../tree.ts';

/** What a value must be readable as, beyond its type in the schema. */
export type Quantity =
  | 'text'
  | 'truth'
  | 'integer'
  | 'unsigned'
  | 'number'
  | 'duration'
  | 'bytes'
  | 'count'
  | 'cpus'
  | 'command';

export const QUANTITY_NAMES: Readonly<Record<Quantity, string>> = {
  text: 'text',
  truth: 'true or false',
  integer: 'a whole number',
  unsigned: 'a whole number that is not negative',
  number: 'a number',
  duration: 'a duration, like 1m30s',
  bytes: 'an amount of memory, like 512m',
  count: 'a number, or "all"',
  cpus: 'a number of processors',
  command: 'a command with its quotes closed',
};

const DURATION = /^[-+]?(?:0|(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+)$/;
const BYTES = /^(\d+(\.\d+)*) ?([kKmMgGtTpP])?([iI])?[bB]?$/;

/** Whether Compose can read a value as that. */
export function isReadable(node: Node, quantity: Quantity): boolean {
  if (node.kind !== 'scalar') return quantity === 'command';
  const { type, value } = node;
  const isText = type === 'string';
  const asText = String(value);
  if (type === 'null') return true;
  switch (quantity) {
    case 'text':
      return isText || type === 'int' || type === 'timestamp';
    case 'truth':
      return type === 'bool' || (isText && parseBoolean(asText) !== undefined);
    case 'integer':
      return type === 'int' || type === 'float' || (isText && parseInteger(asText) !== undefined);
    case 'unsigned':
      return (type === 'int' || type === 'float') && Number(value) >= 0;
    case 'number':
      return type === 'int' || type === 'float' || (isText && parseFloating(asText) !== undefined);
    case 'duration':
      return DURATION.test(asText);
    case 'bytes':
      return !isText || BYTES.test(asText);
    case 'count':
      return (
        type === 'int' ||
        (isText && (asText.toLowerCase() === 'all' || parseInteger(asText) !== undefined))
      );
    case 'cpus':
      return type === 'int' || type === 'float' || (isText && parseFloating(asText) !== undefined);
    case 'command':
      return !isText || isCommand(asText);
  }
}

/** Whether a shell-like line can be cut into words: quotes closed, no stray parentheses. */
export function isCommand(line: string): boolean {
  let escaped = false;
  let double = false;
  let single = false;
  let backquote = false;
  let dollar = false;
  let word = '';
  for (const char of line) {
    if (escaped) {
      escaped = false;
      word += char;
    } else if (char === '\\') {
      if (single) word += char;
      else escaped = true;
    } else if (/[ \t\r\n]/.test(char)) {
      if (single || double || backquote || dollar) word += char;
      else word = '';
    } else if (char === '`' && !single && !double && !dollar) {
      backquote = !backquote;
      word += char;
    } else if (char === ')' && !single && !double && !backquote) {
      dollar = !dollar;
      word += char;
    } else if (char === '(' && !single && !double && !backquote) {
      if (dollar || !word.endsWith('$')) return false;
      dollar = true;
      word += char;
    } else if (char === '"' && !single && !dollar) {
      double = !double;
    } else if (char === "'" && !double && !dollar) {
      single = !single;
    } else if (/[;&|<>]/.test(char) && !single && !double && !backquote && !dollar) {
      // The rest of the line is ignored.
      return true;
    } else {
      word += char;
    }
  }
  return !(escaped || single || double || backquote || dollar);
}
