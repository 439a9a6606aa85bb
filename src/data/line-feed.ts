const LINE_END = 0x0a;

/** What is to become of a line, by its beginning. */
export interface LineRules {
  /** Whether the line stays. `text` is all of it, or its first bytes where `whole` is false. */
  line(text: string, whole: boolean): boolean;
  /** Rows follow, and go through unread until this line is there; told how many there were. */
  readonly until: string | undefined;
  rows(count: number): void;
}

/** Longer lines are data, of which nobody needs more than the beginning. */
const HELD_BYTES = 4096;

/**
 * Takes bytes in pieces of any length and gives those of the lines that stay, in pieces again. Never
 * holds more of a line than its first few kB, so that a line of a gigabyte costs nothing.
 */
export class LineFeed {
  readonly #rules: LineRules;
  #held: Buffer[] = [];
  #heldBytes = 0;
  /** Of a line that is longer than what is held: whether the rest of it stays. */
  #long: boolean | undefined;
  #rows = 0;

  constructor(rules: LineRules) {
    this.#rules = rules;
  }

  push(chunk: Buffer): readonly Buffer[] {
    const kept: Buffer[] = [];
    let start = 0;
    // A piece goes on as one where everything in it stays.
    let from = 0;
    while (start < chunk.length) {
      const at = chunk.indexOf(LINE_END, start);
      const end = at < 0 ? chunk.length : at + 1;
      if (this.#takesAtOnce(chunk, start, end, at >= 0)) {
        start = end;
        continue;
      }
      if (start > from) kept.push(chunk.subarray(from, start));
      kept.push(...this.#take(chunk.subarray(start, end), at >= 0));
      start = end;
      from = end;
    }
    if (start > from) kept.push(chunk.subarray(from, start));
    return kept;
  }

  /** What is left when nothing more comes. */
  end(): readonly Buffer[] {
    if (this.#heldBytes === 0) return [];
    const line = Buffer.concat(this.#held);
    this.#clear();
    return this.#stays(line, true) ? [line] : [];
  }

  /** Whole rows between others need not be taken apart. */
  #takesAtOnce(chunk: Buffer, start: number, end: number, whole: boolean): boolean {
    const { until } = this.#rules;
    if (until === undefined || !whole || this.#heldBytes > 0 || this.#long !== undefined)
      return false;
    if (chunk[start] === until.charCodeAt(0) && isLine(chunk.subarray(start, end), until))
      return false;
    this.#rows += 1;
    return true;
  }

  #take(part: Buffer, ends: boolean): readonly Buffer[] {
    if (this.#long !== undefined) {
      const stays = this.#long;
      if (ends) this.#long = undefined;
      return stays ? [part] : [];
    }
    this.#held.push(part);
    this.#heldBytes += part.length;
    if (!ends && this.#heldBytes < HELD_BYTES) return [];
    const line = Buffer.concat(this.#held);
    this.#clear();
    const stays = this.#stays(line, ends);
    if (!ends) this.#long = stays;
    return stays ? [line] : [];
  }

  #stays(line: Buffer, whole: boolean): boolean {
    const { until } = this.#rules;
    if (until === undefined) {
      const text = line.subarray(0, HELD_BYTES).toString('utf8');
      return this.#rules.line(text.replace(/\r?\n$/, ''), whole && line.length <= HELD_BYTES);
    }
    if (whole && isLine(line, until)) {
      this.#rules.rows(this.#rows);
      this.#rows = 0;
    } else {
      this.#rows += 1;
    }
    return true;
  }

  #clear(): void {
    this.#held = [];
    this.#heldBytes = 0;
  }
}

function isLine(line: Buffer, text: string): boolean {
  return line.length <= text.length + 2 && line.toString('latin1').replace(/\r?\n$/, '') === text;
}
