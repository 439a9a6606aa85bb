import { fail, ok } from '../../util/result.ts';
import type { Result } from '../../util/result.ts';
import { substitute } from './template.ts';
import type { Lookup } from './template.ts';

export interface DotenvFailure {
  readonly what: string;
  /** Where in the text. */
  readonly offset: number;
}

/** What a reader of an environment file wants to hear of. */
interface Told {
  readonly onName?: (name: string, offset: number) => void;
  readonly onUnset?: (name: string, offset: number) => void;
}

const SPACE = /[\t\v\f\r \u0085\u00a0]/;
const WHITE = /\s|\u0085/;

/**
 * Reads an environment file as Compose does: `A=b`, `A: b`, `export A=b`, `A` alone (taken from
 * outside), quotes, escapes, comments, and variables in all forms.
 *
 * @param lookup variables from outside; they win over those of the file itself
 * @param told.onName of every variable that gets a value, and the offset of its name in the text
 * @param told.onUnset of every variable that a value uses and nothing sets, and its offset
 */
export function parseDotenv(
  text: string,
  lookup: Lookup,
  told: Told = {},
): Result<ReadonlyMap<string, string>, DotenvFailure> {
  const shift = text.startsWith('\ufeff') ? 1 : 0;
  return new Parser(text.slice(shift), lookup, shift, told).parse();
}

class Parser {
  readonly #text: string;
  readonly #lookup: Lookup;
  readonly #shift: number;
  readonly #told: Told;
  readonly #values = new Map<string, string>();
  #at = 0;
  #failure: DotenvFailure | undefined;

  constructor(text: string, lookup: Lookup, shift: number, told: Told) {
    this.#text = text;
    this.#lookup = lookup;
    this.#shift = shift;
    this.#told = told;
  }

  parse(): Result<ReadonlyMap<string, string>, DotenvFailure> {
    for (;;) {
      const start = nextStatement(this.#text, this.#at);
      if (start === undefined) return ok(this.#values);
      this.#at = start;
      const name = this.#name();
      if (name !== undefined) {
        this.#values.set(name, this.#value());
        this.#told.onName?.(name, start + this.#shift);
      }
      const failure = this.#failed();
      if (failure !== undefined) return fail(failure);
    }
  }

  #fail(what: string, offset: number): void {
    this.#failure ??= { what, offset: offset + this.#shift };
  }

  #failed(): DotenvFailure | undefined {
    return this.#failure;
  }

  /** The name; undefined when it stands alone and its value was taken from outside. */
  #name(): string | undefined {
    const exported = /^export\s+/.exec(this.#text.slice(this.#at));
    if (exported !== null) {
      this.#at += 'export'.length;
      this.#skipSpace();
    }
    const start = this.#at;
    const { end, wrongAt } = nameEnd(this.#text, start);
    if (wrongAt !== undefined) {
      const char = this.#text.charAt(wrongAt);
      this.#fail(`The character "${char}" is not allowed in the name of a variable`, wrongAt);
      return undefined;
    }
    // A last line without a line end and without a value has, as in Compose, an empty name.
    const found = end === -1 ? '' : this.#text.slice(start, end);
    const inherited = end !== -1 && this.#text[end] === '\n';
    const name = found.trimEnd();
    this.#at = end === -1 ? start : end + 1;
    this.#skipSpace();
    if (name.includes(' ')) {
      this.#fail('The name of a variable cannot contain a space', start);
      return undefined;
    }
    if (!inherited) return name;
    const value = this.#lookup(name);
    if (value !== undefined) this.#values.set(name, value);
    return undefined;
  }

  #skipSpace(): void {
    while (this.#at < this.#text.length && SPACE.test(this.#text.charAt(this.#at))) this.#at += 1;
  }

  #value(): string {
    const quote = this.#text[this.#at];
    if (quote === '"' || quote === "'") return this.#quoted(quote);
    const start = this.#at;
    const newline = this.#text.indexOf('\n', start);
    const end = newline === -1 ? this.#text.length : newline;
    this.#at = newline === -1 ? end : end + 1;
    let value = this.#text.slice(start, end);
    const comment = value.indexOf(' #');
    if (comment !== -1) value = value.slice(0, comment);
    return this.#expand(value.trimEnd(), start);
  }

  #quoted(quote: string): string {
    const start = this.#at;
    const read = quotedValue(this.#text, start, quote);
    if (read === undefined) {
      this.#fail('A quoted value does not end', start);
      return '';
    }
    this.#at = read.end;
    return quote === '"' ? this.#expand(expandEscapes(read.value), start) : read.value;
  }

  #expand(value: string, start: number): string {
    const { text, failure } = substitute(
      value,
      (name) => this.#lookup(name) ?? this.#values.get(name),
      (name) => {
        const used = this.#text.indexOf(name, start);
        this.#told.onUnset?.(name, (used === -1 ? start : used) + this.#shift);
      },
    );
    if (failure !== undefined) this.#fail(failureText(failure, value), start);
    return text;
  }
}

/** Where the next one begins, behind blank lines and comments; undefined at the end. */
function nextStatement(text: string, from: number): number | undefined {
  let at = from;
  for (;;) {
    while (at < text.length && WHITE.test(text.charAt(at))) at += 1;
    if (at >= text.length) return undefined;
    if (text[at] !== '#') return at;
    at = text.indexOf('\n', at);
    if (at === -1) return undefined;
  }
}

/** Where a name ends, at `=`, `:` or the line's end; -1 where the text ends first. */
function nameEnd(text: string, start: number): { end: number; wrongAt?: number } {
  for (let index = start; index < text.length; index += 1) {
    const char = text.charAt(index);
    if (SPACE.test(char)) continue;
    if (char === '=' || char === ':' || char === '\n') return { end: index };
    if (!/[\p{L}\p{N}_.[\]-]/u.test(codePointAt(text, index))) return { end: -1, wrongAt: index };
  }
  return { end: -1 };
}

/** What stands between quotes, escapes as they are, and where it ends; undefined where it does not. */
function quotedValue(
  text: string,
  start: number,
  quote: string,
): { readonly value: string; readonly end: number } | undefined {
  let value = '';
  let escaped = false;
  for (let index = start + 1; index < text.length; index += 1) {
    const char = text.charAt(index);
    if (char === quote && !escaped) return { value, end: index + 1 };
    if (char === '\\' && !escaped) {
      escaped = true;
      continue;
    }
    // Only a quote needs its backslash no more.
    value += escaped && char !== quote ? `\\${char}` : char;
    escaped = false;
  }
  return undefined;
}

function failureText(
  failure: NonNullable<ReturnType<typeof substitute>['failure']>,
  value: string,
): string {
  return failure.kind === 'syntax'
    ? `"${value}" is no valid use of variables`
    : `The variable ${failure.variable} is required and has no value`;
}

function codePointAt(text: string, index: number): string {
  const code = text.codePointAt(index) ?? 0;
  // The second half of a pair was looked at with the first.
  return code >= 0xdc00 && code <= 0xdfff ? 'x' : String.fromCodePoint(code);
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '"': '"',
  '\\': '\\',
};

function expandEscapes(value: string): string {
  return value.replace(/\\(?:[abcfnrtv$"\\]|0\d{0,3})/g, (match) => {
    if (match === '\\$') return '$$';
    if (match.startsWith('\\0')) {
      const digits = match.slice(2);
      const code = parseInt(digits, 8);
      return /^[0-7]{3}$/.test(digits) && code <= 255 ? String.fromCodePoint(code) : match;
    }
    return ESCAPES[match.charAt(1)] ?? match;
  });
}
