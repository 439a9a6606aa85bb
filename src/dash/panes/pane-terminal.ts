import type { CreateEmulator, Emulator, EmulatorOptions } from '../../ports/emulator.ts';
import { Backpressure } from './backpressure.ts';
import { DroppedLines } from './dropped-lines.ts';
import { PaneRecords } from './pane-records.ts';
import type { LoggedLine, OpenPaneSource, PaneSink, PaneSize, PaneSource } from './pane-source.ts';
import { GIVE_BACK, notice } from './pane-source.ts';
import { ProgramWords } from './program-words.ts';
import { reflow } from './reflow.ts';
import type { Carry } from './reflow.ts';

/** Lines kept above the screen of each pane. */
export const SCROLLBACK_LINES = 10_000;

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
  /** Which of its rows were logged in one go. */
  readonly records: PaneRecords;
  readonly #options: PaneTerminalOptions;
  #source: PaneSource | undefined;
  #ended = false;
  /** Numbers the starts, so that an old source has nothing more to say. */
  #runs = 0;
  readonly #pressure = new Backpressure({
    pause: () => this.#source?.pause(),
    resume: () => this.#source?.resume(),
  });
  readonly #dropped: DroppedLines;
  readonly #words = new ProgramWords();

  constructor(options: PaneTerminalOptions, size: PaneSize) {
    this.#options = options;
    this.id = options.id;
    this.interactive = options.interactive;
    const onReply = (data: string): void => this.#source?.send(data);
    this.emulator = emulatorOf(options, { ...size, onReply }, this.#words);
    this.#dropped = new DroppedLines(this.emulator);
    this.records = new PaneRecords(this.emulator, this.#dropped);
  }

  get title(): string {
    return this.#words.titleBehind(this.#options.title);
  }

  /** How many lines were dropped since the start: buffer line 0 has this number. */
  get firstLine(): number {
    return this.#dropped.count;
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  /** Whether the program rang since this was last asked. */
  takeBell(): boolean {
    return this.#words.takeBell();
  }

  /** Opens the source, when it is not open. */
  start(): void {
    if (this.#source !== undefined) return;
    this.#ended = false;
    this.#runs += 1;
    const run = this.#runs;
    const size = { columns: this.emulator.columns, rows: this.emulator.rows };
    const sink: PaneSink = {
      write: (data, line) => this.#take(data, line),
      reset: () => this.#giveBack(),
      ended: (why) => {
        this.#ended = true;
        this.#source = undefined;
        this.#giveBack();
        this.#take(notice(`${why} · Enter starts it again`));
      },
    };
    this.#source = this.#options.open(
      size,
      heardWhile(() => run === this.#runs, sink),
    );
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
    const carry = reflow(this.emulator, columns, rows, this.#dropped.count);
    this.#source?.resize(this.emulator.columns, this.emulator.rows);
    // Lines that were put together were not dropped.
    this.#dropped.markEnd();
    this.records.moved(carry);
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
    this.#words.forgetTitle();
    this.#take(`${GIVE_BACK}\r\n`);
  }

  #take(data: string | Uint8Array, line?: LoggedLine): void {
    const bytes = data.length;
    this.#pressure.came(bytes);
    this.emulator.write(data, () => {
      this.#dropped.follow();
      this.records.took(line);
      this.#pressure.taken(bytes);
      this.#options.onChange();
    });
  }
}

/** A terminal with a program in it; or a log, which stays one, whatever is written to it: nobody types into it. */
function emulatorOf(
  { interactive, createEmulator }: PaneTerminalOptions,
  own: Pick<EmulatorOptions, 'columns' | 'rows' | 'onReply'>,
  { onTitle, onBell }: ProgramWords,
): Emulator {
  const common = { ...own, scrollback: SCROLLBACK_LINES };
  return createEmulator(interactive ? { ...common, onTitle, onBell } : { ...common, isLog: true });
}

/** What a source says as long as it is the one that is listened to. */
function heardWhile(isCurrent: () => boolean, sink: PaneSink): PaneSink {
  return {
    write: (data, line) => {
      if (isCurrent()) sink.write(data, line);
    },
    reset: () => {
      if (isCurrent()) sink.reset();
    },
    ended: (why) => {
      if (isCurrent()) sink.ended(why);
    },
  };
}
