import type { Emulator } from '../../ports/emulator.ts';
import type { PaneRecord } from '../../views/dashboard/scene.ts';
import type { DroppedLines } from './dropped-lines.ts';
import type { LoggedLine } from './pane-source.ts';
import type { Carry } from './reflow.ts';

/** So many characters of what is not shown are kept of a pane; the oldest go. */
const MOST_CHARACTERS = 8_000_000;

const FORGOTTEN_AT_ONCE = 256;

interface Begun {
  /** Number of its first row. */
  row: number;
  besides: string[];
  characters: number;
}

/**
 * Which rows of a pane are one thing that was logged, and what it is known as besides what is shown. What a
 * pane that is no log writes is not divided.
 */
export class PaneRecords {
  readonly #emulator: Emulator;
  readonly #dropped: Pick<DroppedLines, 'count'>;
  /** In the order of their rows. */
  #records: Begun[] = [];
  #characters = 0;
  /** Number of the row on which output goes on. */
  #nextRow = 0;

  constructor(emulator: Emulator, dropped: Pick<DroppedLines, 'count'>) {
    this.#emulator = emulator;
    this.#dropped = dropped;
  }

  /** Output was taken in, which began where the last one ended; undefined: nobody logged it, as notices of ours. */
  took(line: LoggedLine | undefined): void {
    const last = this.#records.at(-1);
    if (line !== undefined || last !== undefined) {
      if (line?.isHead !== false || last === undefined) {
        this.#records.push({ row: this.#nextRow, besides: [], characters: 0 });
      }
      if (line?.besides !== undefined) this.#keep(line.besides);
      this.#forgetDropped();
    }
    this.#nextRow = this.#rowOfCursor();
  }

  /** Rows have other numbers now. */
  moved(carry: Carry): void {
    for (const record of this.#records) record.row = carry({ line: record.row, column: 0 }).line;
    this.#nextRow = this.#rowOfCursor();
  }

  /** What was logged in one go that a row is of, by the row's number. */
  at(row: number): PaneRecord | undefined {
    if (row >= this.#nextRow) return undefined;
    const index = this.#begunBefore(row + 1);
    const record = this.#records[index];
    if (record === undefined) return undefined;
    const last = (this.#records[index + 1]?.row ?? this.#nextRow) - 1;
    return { first: record.row, last, besides: record.besides };
  }

  #forgetDropped(): void {
    // The last one that begins before what is left may go on in it.
    const gone = this.#begunBefore(this.#dropped.count + 1);
    // Rarely: all that stay are moved up by it.
    if (gone < FORGOTTEN_AT_ONCE) return;
    for (const { characters } of this.#records.splice(0, gone)) this.#characters -= characters;
  }

  /** Always to be seen in a log. */
  #rowOfCursor(): number {
    const { count } = this.#dropped;
    return count + this.#emulator.screenTop() + (this.#emulator.cursor()?.y ?? 0);
  }

  #keep(text: string): void {
    const record = this.#records.at(-1);
    record?.besides.push(text);
    if (record !== undefined) record.characters += text.length;
    this.#characters += text.length;
    for (const oldest of this.#records) {
      if (this.#characters <= MOST_CHARACTERS) return;
      this.#characters -= oldest.characters;
      oldest.besides = [];
      oldest.characters = 0;
    }
  }

  /** Index of the last record that begins before a row; -1 where none does. */
  #begunBefore(row: number): number {
    let from = 0;
    let to = this.#records.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#records[middle]?.row ?? row) < row) from = middle + 1;
      else to = middle;
    }
    return from - 1;
  }
}
