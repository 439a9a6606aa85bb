/**
 * What runs in the container, as data. A first line names the process's own id, for signals to be
 * passed on; the engine's API has no way to signal a process that was started by `exec`.
 */
const TELL_PID = 'printf "%s\\n" "$$"; exec "$@"';

/** Wrapped so that it first prints its process id on a line of its own. */
export function tellingPid(argv: readonly string[]): readonly string[] {
  return ['sh', '-c', TELL_PID, 'sh', ...argv];
}

/** Signals a process in the container, its whole group if it leads one. */
export function signalArgv(pid: number, signal: string): readonly string[] {
  const script = 'kill -s "$1" -- "-$2" 2>/dev/null || kill -s "$1" "$2"';
  return ['sh', '-c', script, 'sh', signal, String(pid)];
}

/** Takes the line with the process id off the front of an output. */
export class PidLine {
  pid: number | undefined;
  #held: Buffer | undefined = Buffer.alloc(0);

  /** The bytes that are the program's own. */
  take(chunk: Buffer): Buffer {
    if (this.#held === undefined) return chunk;
    const all = Buffer.concat([this.#held, chunk]);
    const end = all.indexOf(10);
    const line = end < 0 ? all : all.subarray(0, end);
    const text = line.toString('latin1');
    if (end < 0 && /^\d{0,10}\r?$/.test(text)) {
      this.#held = all;
      return Buffer.alloc(0);
    }
    this.#held = undefined;
    const digits = /^(\d{1,10})\r?$/.exec(text)?.[1];
    if (digits === undefined) return all;
    this.pid = Number(digits);
    return all.subarray(end + 1);
  }

  /** What was held back when the output ended without a line. */
  rest(): Buffer {
    const held = this.#held ?? Buffer.alloc(0);
    this.#held = undefined;
    return held;
  }
}
