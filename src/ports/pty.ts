import type { Failure } from '../events/failure.ts';
import type { Result } from '../util/result.ts';

export interface PtyOptions {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly columns: number;
  readonly rows: number;
}

/** A program on a terminal of its own. */
export interface Pty {
  readonly pid: number;
  write(data: string): void;
  resize(columns: number, rows: number): void;
  /** Stops reading: the program blocks once the kernel's buffer is full. */
  pause(): void;
  resume(): void;
  onData(listener: (data: Uint8Array) => void): void;
  /** Resolves with the exit status (128 + n for signal n) when its output is read. */
  readonly exited: Promise<number>;
  /** Hangs up, then kills what stays. */
  close(): void;
}

export type OpenPty = (options: PtyOptions) => Promise<Result<Pty, Failure>>;
