/** A statement that has gone by. */
export interface ScannedStatement {
  /** Its first bytes, or all of it. */
  readonly beginning: string;
  /** Groups in parentheses that stand in no other: of an INSERT its columns, and each of its rows. */
  readonly groups: number;
  /** How many of them stand before its last word outside of any. */
  readonly groupsBeforeWord: number;
}

export interface ScanRules {
  /** A line that is a comment between statements. */
  comment(text: string): void;
  /** Told the first bytes of a statement, or all of it; gives what goes on instead, nothing to leave all of it out. */
  begins(text: string): string;
  ends(statement: ScannedStatement): void;
}

/** Longer statements are data, of which nobody needs more than the beginning. */
const HELD_BYTES = 65_536;
/** What has to be there to tell what a byte begins. */
const AHEAD_BYTES = 64;

const code = (text: string): number => text.charCodeAt(0);
const [APOSTROPHE, QUOTE, BACKTICK, BACKSLASH] = [code("'"), code('"'), code('`'), code('\\')];
const [OPEN, CLOSE, SLASH, STAR, DASH, HASH, LINE_END] = [
  ...[code('('), code(')'), code('/'), code('*'), code('-'), code('#'), code('\n')],
] as const;
const isSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d);
const isWord = (byte: number): boolean =>
  (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a) || byte === 0x5f;

type Mode = 'between' | 'code' | 'quote' | 'line' | 'block' | 'delimiter';

/**
 * Splits SQL as MySQL's client does, in pieces of any length, without holding more of a statement than
 * its beginning: strings, names, comments, executable comments, other delimiters.
 */
export class MysqlScan {
  /** Whether a backslash in a string escapes what follows. */
  escapes = true;
  readonly #rules: ScanRules;
  #rest: Buffer = Buffer.alloc(0);
  #mode: Mode = 'between';
  /** What a line or block comment stands in. */
  #around: 'between' | 'code' = 'between';
  #quote = 0;
  #delimiter = Buffer.from(';');
  #line = '';
  #held: Buffer[] = [];
  #heldBytes = 0;
  /** Of the statement that goes by. */
  #beginning: string | undefined;
  #isLeft = false;
  #depth = 0;
  #groups = 0;
  #groupsBeforeWord = 0;
  #isCut = false;

  constructor(rules: ScanRules) {
    this.#rules = rules;
  }

  push(piece: Buffer): readonly Buffer[] {
    return this.#scan(this.#rest.length > 0 ? Buffer.concat([this.#rest, piece]) : piece, false);
  }

  end(): readonly Buffer[] {
    const kept = [...this.#scan(this.#rest, true)];
    if (this.#mode === 'line' && this.#around === 'between') this.#rules.comment(this.#line);
    this.#isCut = this.#mode === 'quote' || this.#mode === 'block';
    // The client sends what has no delimiter, too.
    if (this.#isInStatement()) this.#endStatement(kept);
    return kept;
  }

  /** Whether it has ended in a string or comment. */
  isCut(): boolean {
    return this.#isCut;
  }

  #isInStatement(): boolean {
    return this.#mode !== 'between' && this.#mode !== 'delimiter' && this.#around === 'code';
  }

  #scan(bytes: Buffer, isLast: boolean): readonly Buffer[] {
    const kept: Buffer[] = [];
    const limit = isLast ? bytes.length : bytes.length - AHEAD_BYTES;
    let at = 0;
    let from = 0;
    while (at < limit) {
      const wasIn = this.#isInStatement();
      const isStart = !wasIn && this.#startsStatement(bytes, at);
      if (isStart) {
        this.#pass(bytes.subarray(from, at), kept);
        from = at;
        this.#mode = 'code';
        this.#around = 'code';
      }
      const next = this.#step(bytes, at);
      at = next < 0 ? -next : next;
      if (next >= 0) continue;
      this.#pass(bytes.subarray(from, at), kept);
      from = at;
      this.#endStatement(kept);
    }
    this.#pass(bytes.subarray(from, at), kept);
    this.#rest = bytes.subarray(at);
    return kept;
  }

  #startsStatement(bytes: Buffer, at: number): boolean {
    if (this.#mode !== 'between') return false;
    const byte = bytes[at];
    if (isSpace(byte) || this.#lineComment(bytes, at) || this.#delimiterLine(bytes, at))
      return false;
    return !(byte === SLASH && bytes[at + 1] === STAR) || this.#isExecutable(bytes, at);
  }

  #lineComment(bytes: Buffer, at: number): boolean {
    if (bytes[at] === HASH) return true;
    const behind = bytes[at + 2];
    return (
      bytes[at] === DASH && bytes[at + 1] === DASH && (behind === undefined || isSpace(behind))
    );
  }

  #delimiterLine(bytes: Buffer, at: number): boolean {
    return /^delimiter[ \t]/i.test(bytes.toString('latin1', at, at + 10));
  }

  #isExecutable(bytes: Buffer, at: number): boolean {
    // What MariaDB's dumps begin with is for its client alone, and no server's.
    return /^\/\*M?!(?!999999\\-)/.test(bytes.toString('latin1', at, at + 12));
  }

  /** Goes on by one thing; where it will be then, negative where a statement has ended. */
  #step(bytes: Buffer, at: number): number {
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
    if (this.#delimiterLine(bytes, at)) this.#mode = 'delimiter';
    else if (this.#lineComment(bytes, at)) this.#mode = 'line';
    else if (bytes[at] === SLASH && bytes[at + 1] === STAR) {
      this.#mode = 'block';
      return at + 2;
    } else return at + 1;
    return at;
  }

  #inLine(bytes: Buffer, at: number): number {
    if (bytes[at] !== LINE_END) {
      if (this.#line.length < HELD_BYTES) this.#line += String.fromCharCode(bytes[at] ?? 0);
      return at + 1;
    }
    const line = this.#line.replace(/\r$/, '');
    if (this.#mode === 'delimiter') {
      const [, word = ';'] = line.trim().split(/\s+/);
      this.#delimiter = Buffer.from(word, 'latin1');
    } else if (this.#around === 'between') this.#rules.comment(line);
    this.#mode = this.#around;
    return at + 1;
  }

  #string(bytes: Buffer, at: number): number {
    const byte = bytes[at];
    if (byte === BACKSLASH && this.escapes && this.#quote !== BACKTICK) return at + 2;
    if (byte === this.#quote) this.#mode = 'code';
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
      if (this.#depth === 0) this.#groups += 1;
      this.#depth += 1;
    } else if (byte === CLOSE) {
      this.#depth = Math.max(0, this.#depth - 1);
    } else if (byte === SLASH && bytes[at + 1] === STAR) {
      if (!this.#isExecutable(bytes, at)) this.#mode = 'block';
      return at + 2;
    } else if (this.#lineComment(bytes, at)) {
      this.#mode = 'line';
      this.#line = '';
    } else if (this.#depth === 0 && isWord(byte)) {
      this.#groupsBeforeWord = this.#groups;
    }
    return at + 1;
  }

  /** Bytes go on, or are held until it is known what becomes of their statement. */
  #pass(bytes: Buffer, kept: Buffer[]): void {
    if (bytes.length === 0) return;
    if (!this.#isInStatement()) {
      kept.push(bytes);
    } else if (this.#beginning !== undefined) {
      if (!this.#isLeft) kept.push(bytes);
    } else {
      this.#held.push(bytes);
      this.#heldBytes += bytes.length;
      if (this.#heldBytes >= HELD_BYTES) this.#decide(kept);
    }
  }

  #decide(kept: Buffer[]): void {
    const held = Buffer.concat(this.#held);
    const head = held.subarray(0, HELD_BYTES);
    // One character a byte: whatever its encoding is, it comes out as it was.
    this.#beginning = head.toString('latin1');
    const instead = this.#rules.begins(this.#beginning);
    this.#isLeft = instead === '';
    this.#held = [];
    this.#heldBytes = 0;
    if (this.#isLeft) return;
    kept.push(instead === this.#beginning ? head : Buffer.from(instead, 'latin1'));
    if (held.length > head.length) kept.push(held.subarray(HELD_BYTES));
  }

  #endStatement(kept: Buffer[]): void {
    if (this.#beginning === undefined) this.#decide(kept);
    const beginning = this.#beginning ?? '';
    const [groups, groupsBeforeWord] = [this.#groups, this.#groupsBeforeWord];
    if (!this.#isLeft) this.#rules.ends({ beginning, groups, groupsBeforeWord });
    this.#beginning = undefined;
    this.#isLeft = false;
    [this.#depth, this.#groups, this.#groupsBeforeWord] = [0, 0, 0];
    [this.#mode, this.#around] = ['between', 'between'];
  }
}
