export interface RunOptions {
  readonly cwd?: string;
  /** The whole environment; the tool's own when not given. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
  readonly signal?: AbortSignal;
  /**
   * Milliseconds after the signal until it is killed and not waited for any longer, nor is anything that
   * it started and that has its output. Without it: until it ends by itself.
   */
  readonly endMs?: number;
  /** Called with every complete line of either stream, while it also is collected. */
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
}

export interface Finished {
  /** Exit status; 127 when the program does not exist, 128 + n when signal n ended it. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs programs of the host: argument arrays, never shell text. */
export interface Processes {
  run(argv: readonly string[], options?: RunOptions): Promise<Finished>;
  /** Runs with the terminal handed over: for sudo, shells, pagers. Resolves to the exit status. */
  interactive(argv: readonly string[], options?: Pick<RunOptions, 'cwd' | 'env'>): Promise<number>;
}
