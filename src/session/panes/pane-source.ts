/** Where a pane's bytes come from, and where its keys go. */
export interface PaneSource {
  send(data: string): void;
  resize(columns: number, rows: number): void;
  /** No more output for now: what makes it has to wait. */
  pause(): void;
  resume(): void;
  close(): void;
}

/** Where a source puts its output. */
export interface PaneSink {
  write(data: string | Uint8Array): void;
  /** The source is through; why, in one line. */
  ended(why: string): void;
}

export interface PaneSize {
  readonly columns: number;
  readonly rows: number;
}

/** Starts a source. Never throws: what goes wrong is written into the pane. */
export type OpenPaneSource = (size: PaneSize, sink: PaneSink) => PaneSource;

/** A grey line of our own among the output. */
export const notice = (text: string): string => `\x1b[0;90m${text}\x1b[0m\r\n`;
