/** Where a pane's bytes come from, and where its keys go. */
export interface PaneSource {
  send(data: string): void;
  resize(columns: number, rows: number): void;
  /** No more output for now: what makes it has to wait. */
  pause(): void;
  resume(): void;
  close(): void;
}

/** What a log's line is, beside how it is shown. */
export interface LoggedLine {
  /** It begins something; else it goes on with the one before, as a stack trace does. */
  readonly isHead: boolean;
  /** Searched as well: the line as it came, or laid out, whichever is not shown. Text alone. */
  readonly besides: string | undefined;
}

/** Where a source puts its output. */
export interface PaneSink {
  /** @param line of a log: what is written is then whole lines. */
  write(data: string | Uint8Array, line?: LoggedLine): void;
  /** A program is gone that could not give the terminal back: its modes and its screen are left. */
  reset(): void;
  /** The source is through; why, in one line. */
  ended(why: string): void;
}

export interface PaneSize {
  readonly columns: number;
  readonly rows: number;
}

/** Starts a source. Never throws: what goes wrong is written into the pane. */
export type OpenPaneSource = (size: PaneSize, sink: PaneSink) => PaneSource;

/** Ends an escape sequence that was begun and never finished; without one it does nothing. */
export const CANCEL = '\x18';

/** A grey line of our own among the output. */
export const notice = (text: string): string => `${CANCEL}\x1b[0;90m${text}\x1b[0m\r\n`;

/** Screen, mouse, paste, cursor, scroll region and colours as a terminal has them at the beginning. */
export const GIVE_BACK = `${CANCEL}\x1b[?1049l\x1b[?9;1000;1002;1003;1006l\x1b[?25h\x1b[!p`;
