import { MysqlModes } from './mysql-modes.ts';
import { MysqlStatement, type StatementRules } from './mysql-statement.ts';

export interface ScanRules extends StatementRules {
  /** A line that is a comment between statements. */
  comment(text: string): void;
}

/** What has to be there to tell what a byte begins. */
const AHEAD_BYTES = 64;

/**
 * Splits SQL as MySQL's client does, in pieces of any length, without holding more of a statement than
 * its beginning: strings, names, comments, executable comments, other delimiters.
 */
export class MysqlScan {
  readonly #statement: MysqlStatement;
  readonly #modes: MysqlModes;
  #rest: Buffer = Buffer.alloc(0);
  #isCut = false;

  constructor(rules: ScanRules) {
    this.#statement = new MysqlStatement(rules);
    this.#modes = new MysqlModes(this.#statement, (text) => rules.comment(text));
  }

  push(piece: Buffer): readonly Buffer[] {
    return this.#scan(this.#rest.length > 0 ? Buffer.concat([this.#rest, piece]) : piece, false);
  }

  end(): readonly Buffer[] {
    const kept = [...this.#scan(this.#rest, true)];
    this.#modes.end();
    this.#isCut = this.#modes.isInside();
    // The client sends what has no delimiter, too.
    if (this.#modes.isInStatement()) this.#endStatement(kept);
    return kept;
  }

  /** Whether a backslash in a string escapes what follows. */
  set escapes(does: boolean) {
    this.#modes.escapes = does;
  }

  /** Whether it has ended in a string or comment. */
  isCut(): boolean {
    return this.#isCut;
  }

  #scan(bytes: Buffer, isLast: boolean): readonly Buffer[] {
    const kept: Buffer[] = [];
    const limit = isLast ? bytes.length : bytes.length - AHEAD_BYTES;
    let at = 0;
    let from = 0;
    while (at < limit) {
      const wasIn = this.#modes.isInStatement();
      const isStart = !wasIn && this.#modes.startsStatement(bytes, at);
      if (isStart) {
        this.#pass(bytes.subarray(from, at), kept);
        from = at;
        this.#modes.set('code');
      }
      const next = this.#modes.step(bytes, at);
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

  #pass(bytes: Buffer, kept: Buffer[]): void {
    if (bytes.length === 0) return;
    if (this.#modes.isInStatement()) this.#statement.pass(bytes, kept);
    else kept.push(bytes);
  }

  #endStatement(kept: Buffer[]): void {
    this.#statement.end(kept);
    this.#modes.set('between');
  }
}
