import type { YAMLError } from 'yaml';
import type { Failure, SourcePlace } from '../events/failure.ts';

/** A syntax error of the YAML parser in people's words, with a cure where there is a usual one. */
export function syntaxFailure(
  error: YAMLError,
  text: string,
  placeOf: (start: number, end: number) => SourcePlace,
): Failure {
  const [start, end] = error.pos;
  const said = explain(error, text);
  return {
    reason: 'definition',
    what: said.what,
    ...(said.cure === undefined ? {} : { cure: said.cure }),
    at: placeOf(start, Math.max(end, start + (said.length ?? 0))),
  };
}

interface Said {
  readonly what: string;
  readonly cure?: string;
  /** How many characters to mark, where the parser only gives the first one. */
  readonly length?: number;
}

function explain(error: YAMLError, text: string): Said {
  switch (error.code) {
    case 'DUPLICATE_KEY': {
      const key = /^("[^"]*"|'[^']*'|[^:\n]+)/.exec(text.slice(error.pos[0]))?.[0] ?? '';
      return {
        what: `the key ${key.trimEnd()} is there twice`,
        cure: 'Join the two, or remove one',
        length: key.trimEnd().length,
      };
    }
    case 'TAB_AS_INDENT':
      return { what: 'a tab is used to indent', cure: 'Indent with spaces: YAML allows no tabs' };
    case 'MULTIPLE_DOCS':
      return {
        what: 'a second document starts here',
        cure: 'Remove the --- line: the file holds one document',
        length: 3,
      };
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY':
      return {
        what: 'a key stands where a value was expected',
        cure: 'Check the indentation of this line, and quote a value that has ": " in it',
      };
    case 'BAD_INDENT':
    case 'MISSING_CHAR': {
      const end = /^Flow \w+ .*end with a (\S)$/.exec(error.message)?.[1];
      if (end !== undefined) {
        const start = end === ']' ? '[' : '{';
        return {
          what: `a ${start} has no ${end}`,
          cure: `Close it with ${end}, here or before; lines between the two are indented`,
        };
      }
      if (error.message.startsWith('Implicit map keys')) {
        return { what: 'a key without a value', cure: 'Write ": " and its value after the key' };
      }
      if (error.code === 'MISSING_CHAR') return { what: lower(error.message) };
      return { what: `wrong indentation: ${lower(error.message)}` };
    }
    case 'UNEXPECTED_TOKEN': {
      const sign = text.charAt(error.pos[0]);
      if (!error.message.includes('at node end') || !/[[\]{},]/.test(sign)) {
        return { what: lower(error.message) };
      }
      return {
        what: `not valid YAML: a value ends before this ${sign}`,
        cure: `Put a value with ${sign} in it in quotes`,
      };
    }
    case 'BAD_SCALAR_START':
      return { what: lower(error.message), cure: 'Put the value in quotes' };
    default:
      // The rare rest, and codes that the parser may learn: its own words serve.
      return { what: lower(error.message) };
  }
}

function lower(message: string): string {
  return `not valid YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
}
