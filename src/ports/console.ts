import type { Readable, Writable } from 'node:stream';

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** A terminal in raw mode, ours until released. */
export interface TakenTerminal {
  size(): TerminalSize;
  write(data: string | Uint8Array): void;
  onInput(listener: (data: Buffer) => void): void;
  onResize(listener: (size: TerminalSize) => void): void;
  /** After a suspended job was resumed: the screen has to be drawn again. */
  onResumed(listener: () => void): void;
  /** Gives the terminal back for as long as the job is suspended (`fg` resumes it). */
  suspend(): void;
  /** Gives the terminal back as it was. Can be called twice. */
  release(): void;
}

/** What the terminal is told when it is taken, and when it is given back. */
export interface TerminalModes {
  readonly enter: string;
  /** Said after a crash or a SIGKILL as well, by a guardian process that outlives us. */
  readonly leave: string;
}

/** The streams that the command was started with, for commands that hand them on. */
export interface Console {
  readonly input: Readable;
  readonly output: Writable;
  readonly errorOutput: Writable;
  /** Whether stdin, and stdout, are terminals. */
  readonly inputIsTerminal: boolean;
  readonly outputIsTerminal: boolean;
  /** Puts the terminal into raw mode. Only when both ends are terminals. */
  take(modes: TerminalModes): Promise<TakenTerminal>;
  /** Signals to pass on, as they come: `INT`, `TERM`, `HUP`, `QUIT`. Returns how to stop that. */
  onSignal(listener: (name: string) => void): () => void;
  /** Stops reading stdin, so that nothing keeps the process alive. */
  closeInput(): void;
}
