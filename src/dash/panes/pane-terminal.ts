import type { CreateEmulator, Emulator, Mark } from '../../ports/emulator.ts';
import type { OpenPaneSource, PaneSize, PaneSource } from './pane-source.ts';
import { GIVE_BACK, notice } from './pane-source.ts';
import { reflow } from './reflow.ts';
import type { Carry } from './reflow.ts';

/** Lines kept above the screen of each pane. */
export const SCROLLBACK_LINES = 10_000;
/** Output that waits for the emulator beyond this pauses its source, below the other resumes it. */
const HIGH_WATER_BYTES = 256 * 1024;
const LOW_WATER_BYTES = 64 * 1024;
/** Longest title that a program can give its pane. */
const TITLE_CHARACTERS = 100;

export interface PaneTerminalOptions {
  readonly id: string;
  readonly title: string;
  /** Whether a person types into it; otherwise keys are commands of the dashboard. */
  readonly interactive: boolean;
  readonly open: OpenPaneSource;
  readonly createEmulator: CreateEmulator;
  /** Its screen may look different now. */
  readonly onChange: () => void;
}

/**
 * One pane's terminal: a source of output, an emulator that takes it in as fast as it can and no
 * faster, and line numbers that stay when old lines are dropped. Another width gives lines other
 * numbers, and says which. It lives with the host of the panes, whoever looks.
 *
 *     idle ──start()──► running ──source ends──► ended ──start()──► running
 */
export class PaneTerminal {
  readonly id: string;
  readonly interactive: boolean;
  readonly emulator: Emulator;
  readonly #options: PaneTerminalOptions;
  #source: PaneSource | undefined;
  #ended = false;
  /** Numbers the starts, so that an old source has nothing more to say. */
  #runs = 0;
  #waitingBytes = 0;
  #isPaused = false;
  #dropped = 0;
  #mark: Mark | undefined;
  #markedLine = 0;
  #programTitle = '';
  #bell = false;

  constructor(options: PaneTerminalOptions, size: PaneSize) {
    this.#options = options;
    this.id = options.id;
    this.interactive = options.interactive;
    this.emulator = options.createEmulator({
      ...size,
      scrollback: SCROLLBACK_LINES,
      onReply: (data) => this.#source?.send(data),
      // What nobody types into is a log: it stays one, whatever is written to it.
      ...(options.interactive
        ? {
            onTitle: (title) => {
              this.#programTitle = title.slice(0, TITLE_CHARACTERS);
            },
            onBell: () => {
              this.#bell = true;
            },
          }
        : { isLog: true }),
    });
  }

  get title(): string {
    return this.#programTitle === ''
      ? this.#options.title
      : `${this.#options.title} · ${this.#programTitle}`;
  }

  /** How many lines were dropped since the start: buffer line 0 has this number. */
  get firstLine(): number {
    return this.#dropped;
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  /** Whether the program rang since this was last asked. */
  takeBell(): boolean {
    const rang = this.#bell;
    this.#bell = false;
    return rang;
  }

  /** Opens the source, when it is not open. */
  start(): void {
    if (this.#source !== undefined) return;
    this.#ended = false;
    this.#runs += 1;
    const run = this.#runs;
    const size = { columns: this.emulator.columns, rows: this.emulator.rows };
    this.#source = this.#options.open(size, {
      write: (data) => {
        if (run === this.#runs) this.#take(data);
      },
      reset: () => {
        if (run === this.#runs) this.#giveBack();
      },
      ended: (why) => {
        if (run !== this.#runs) return;
        this.#ended = true;
        this.#source = undefined;
        this.#giveBack();
        this.#take(notice(`${why} · Enter starts it again`));
      },
    });
  }

  /** Keys of a person. Enter in a pane whose program has ended starts it again. */
  send(data: string): void {
    if (this.#ended && data.includes('\r')) this.start();
    else this.#source?.send(data);
  }

  restart(): void {
    if (this.#source !== undefined) this.#giveBack();
    this.#source?.close();
    this.#source = undefined;
    this.start();
  }

  /** @returns where a place in its lines is now; undefined when it had that size already. */
  resize({ columns, rows }: PaneSize): Carry | undefined {
    if (columns === this.emulator.columns && rows === this.emulator.rows) return undefined;
    const carry = reflow(this.emulator, columns, rows, this.#dropped);
    this.#source?.resize(this.emulator.columns, this.emulator.rows);
    // Lines that were put together were not dropped.
    this.#markEnd();
    this.#options.onChange();
    return carry;
  }

  close(): void {
    // What the source still says has nowhere to go.
    this.#runs += 1;
    this.#source?.close();
    this.#source = undefined;
    this.emulator.dispose();
  }

  /** As a program finds a terminal, on a line of its own, with all that was said kept. */
  #giveBack(): void {
    this.#programTitle = '';
    this.#take(`${GIVE_BACK}\r\n`);
  }

  #take(data: string | Uint8Array): void {
    const bytes = data.length;
    this.#waitingBytes += bytes;
    if (!this.#isPaused && this.#waitingBytes > HIGH_WATER_BYTES) {
      this.#isPaused = true;
      this.#source?.pause();
    }
    this.emulator.write(data, () => {
      this.#waitingBytes -= bytes;
      this.#follow();
      if (this.#isPaused && this.#waitingBytes < LOW_WATER_BYTES) {
        this.#isPaused = false;
        this.#source?.resume();
      }
      this.#options.onChange();
    });
  }

  /** Counts the lines that the emulator has dropped since the last time. */
  #follow(): void {
    const now = this.#mark?.line();
    if (now !== undefined) {
      // A mark that is gone itself was dropped with everything above it.
      this.#dropped += now < 0 ? this.#markedLine + 1 : Math.max(0, this.#markedLine - now);
    }
    this.#markEnd();
  }

  #markEnd(): void {
    this.#mark?.dispose();
    this.#markedLine = this.emulator.lineCount() - 1;
    this.#mark = this.emulator.modes().alternateScreen
      ? undefined
      : this.emulator.mark(this.#markedLine);
  }
}
