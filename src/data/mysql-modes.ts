import type { MysqlStatement } from './mysql-statement.ts';

/** Longer comments need not be read to their end. */
const LINE_CHARACTERS = 4096;

const code = (text: string): number => text.charCodeAt(0);
const [APOSTROPHE, QUOTE, BACKTICK, BACKSLASH] = [code("'"), code('"'), code('`'), code('\\')];
const [OPEN, CLOSE, SLASH, STAR, DASH, HASH, LINE_END] = [
  ...[code('('), code(')'), code('/'), code('*'), code('-'), code('#'), code('\n')],
] as const;
const isSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d);
const isWord = (byte: number): boolean =>
  (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a) || byte === 0x5f;

function lineComment(bytes: Buffer, at: number): boolean {
  if (bytes[at] === HASH) return true;
  const behind = bytes[at + 2];
  return bytes[at] === DASH && bytes[at + 1] === DASH && (behind === undefined || isSpace(behind));
}

function delimiterLine(bytes: Buffer, at: number): boolean {
  return /^delimiter[ \t]/i.test(bytes.toString('latin1', at, at + 10));
}

function isExecutable(bytes: Buffer, at: number): boolean {
  // What MariaDB's dumps begin with is for its client alone, and no server's.
  return /^\/\*M?!(?!999999\\-)/.test(bytes.toString('latin1', at, at + 12));
}

type Mode = 'between' | 'code' | 'quote' | 'line' | 'block' | 'delimiter';

/** Where in SQL's text the bytes stand that go by: in a string, a comment, a statement or between two. */
export class MysqlModes {
  /** Whether a backslash in a string escapes what follows. */
  escapes = true;
  readonly #statement: MysqlStatement;
  readonly #comment: (text: string) => void;
  #mode: Mode = 'between';
  /** What a line or block comment stands in. */
  #around: 'between' | 'code' = 'between';
  #quote = 0;
  #delimiter = Buffer.from(';');
  #line = '';

  /** @param comment told each line between statements that is one. */
  constructor(statement: MysqlStatement, comment: (text: string) => void) {
    this.#statement = statement;
    this.#comment = comment;
  }

  isInStatement(): boolean {
    return this.#around === 'code';
  }

  /** Whether a string or comment is not closed. */
  isInside(): boolean {
    return this.#mode === 'quote' || this.#mode === 'block';
  }

  set(mode: 'between' | 'code'): void {
    [this.#mode, this.#around] = [mode, mode];
  }

  /** Nothing more comes: a comment may be the last line. */
  end(): void {
    if (this.#mode === 'line' && this.#around === 'between') this.#comment(this.#line);
  }

  startsStatement(bytes: Buffer, at: number): boolean {
    if (this.#mode !== 'between') return false;
    const byte = bytes[at];
    if (isSpace(byte) || lineComment(bytes, at) || delimiterLine(bytes, at)) return false;
    return !(byte === SLASH && bytes[at + 1] === STAR) || isExecutable(bytes, at);
  }

  /** Goes on by one thing; where it will be then, negative where a statement has ended. */
  step(bytes: Buffer, at: number): number {
    switch (this.#mode) {
      case 'between':
        return this.#between(bytes, at);
      case 'code':
        return this.#code(bytes, at);
      case 'quote':
        return this.#string(bytes, at);
      case 'block':
        if (bytes[at] !== STAR || bytes[at + 1] !== SLASH) return at + 1;
        this.#mode = this.#around;
        return at + 2;
      case 'line':
      case 'delimiter':
        return this.#inLine(bytes, at);
    }
  }

  #between(bytes: Buffer, at: number): number {
    this.#around = 'between';
    this.#line = '';
    if (delimiterLine(bytes, at)) this.#mode = 'delimiter';
    else if (lineComment(bytes, at)) this.#mode = 'line';
    else if (bytes[at] === SLASH && bytes[at + 1] === STAR) {
      this.#mode = 'block';
      return at + 2;
    } else return at + 1;
    return at;
  }

  #inLine(bytes: Buffer, at: number): number {
    if (bytes[at] !== LINE_END) {
      if (this.#line.length < LINE_CHARACTERS) this.#line += String.fromCharCode(bytes[at] ?? 0);
      return at + 1;
    }
    const line = this.#line.replace(/\r$/, '');
    if (this.#mode === 'delimiter') {
      const [, word = ';'] = line.trim().split(/\s+/);
      this.#delimiter = Buffer.from(word, 'latin1');
    } else if (this.#around === 'between') this.#comment(line);
    this.#mode = this.#around;
    return at + 1;
  }

  #string(bytes: Buffer, at: number): number {
    if (bytes[at] === BACKSLASH && this.escapes && this.#quote !== BACKTICK) return at + 2;
    if (bytes[at] === this.#quote) this.#mode = 'code';
    return at + 1;
  }

  #code(bytes: Buffer, at: number): number {
    const byte = bytes[at] ?? 0;
    if (byte === this.#delimiter[0]) {
      const end = at + this.#delimiter.length;
      if (bytes.subarray(at, end).equals(this.#delimiter)) return -end;
    }
    if (byte === APOSTROPHE || byte === QUOTE || byte === BACKTICK) {
      this.#mode = 'quote';
      this.#quote = byte;
    } else if (byte === OPEN) {
      this.#statement.open();
    } else if (byte === CLOSE) {
      this.#statement.close();
    } else if (byte === SLASH && bytes[at + 1] === STAR) {
      if (!isExecutable(bytes, at)) this.#mode = 'block';
      return at + 2;
    } else if (lineComment(bytes, at)) {
      this.#mode = 'line';
      this.#line = '';
    } else if (isWord(byte)) this.#statement.word();
    return at + 1;
  }
}
