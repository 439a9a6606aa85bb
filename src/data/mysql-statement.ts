/** A statement that has gone by. */
export interface ScannedStatement {
  /** Its first bytes, or all of it. */
  readonly beginning: string;
  /** Groups in parentheses that stand in no other: of an INSERT its columns, and each of its rows. */
  readonly groups: number;
  /** How many of them stand before its last word outside of any. */
  readonly groupsBeforeWord: number;
}

export interface StatementRules {
  /** Told the first bytes of a statement, or all of it; gives what goes on instead, nothing to leave all of it out. */
  begins(text: string): string;
  ends(statement: ScannedStatement): void;
}

/** Longer statements are data, of which nobody needs more than the beginning. */
const HELD_BYTES = 65_536;

/** A statement that goes by: its beginning is held until it is known what becomes of it. */
export class MysqlStatement {
  readonly #rules: StatementRules;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #beginning: string | undefined;
  #isLeft = false;
  #depth = 0;
  #groups = 0;
  #groupsBeforeWord = 0;

  constructor(rules: StatementRules) {
    this.#rules = rules;
  }

  open(): void {
    if (this.#depth === 0) this.#groups += 1;
    this.#depth += 1;
  }

  close(): void {
    this.#depth = Math.max(0, this.#depth - 1);
  }

  word(): void {
    if (this.#depth === 0) this.#groupsBeforeWord = this.#groups;
  }

  pass(bytes: Buffer, kept: Buffer[]): void {
    if (this.#beginning !== undefined) {
      if (!this.#isLeft) kept.push(bytes);
      return;
    }
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    if (this.#heldBytes >= HELD_BYTES) this.#decide(kept);
  }

  /** To be called when all of it has gone by. */
  end(kept: Buffer[]): void {
    if (this.#beginning === undefined) this.#decide(kept);
    const beginning = this.#beginning ?? '';
    const [groups, groupsBeforeWord] = [this.#groups, this.#groupsBeforeWord];
    if (!this.#isLeft) this.#rules.ends({ beginning, groups, groupsBeforeWord });
    this.#beginning = undefined;
    this.#isLeft = false;
    [this.#depth, this.#groups, this.#groupsBeforeWord] = [0, 0, 0];
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
}
