/** A line without an end, of a bundler or a progress bar, would be a result of megabytes. */
const MAX_LINE_LENGTH = 2_000;

/** The last lines of an output, long ones cut. */
export function lastLines(text: string, lines: number): readonly string[] {
  const all = text.replace(/\r?\n$/, '').split(/\r?\n/);
  const none = all.length === 1 && all[0] === '';
  return none ? [] : all.slice(-lines).map(cut);
}

function cut(line: string): string {
  return line.length > MAX_LINE_LENGTH ? `${line.slice(0, MAX_LINE_LENGTH - 1)}…` : line;
}

/** A check's output in memory: all of it up to a bound, past that its beginning and its end. */
export interface OutputBuffer {
  push(bytes: Buffer): void;
  readonly totalBytes: number;
  /** What was kept; a line of its own says how much was left out between the two. */
  text(): string;
  /** The last lines, as they were printed, escape sequences and all; long ones are cut. */
  tail(lines: number): readonly string[];
}

export function createOutputBuffer(headBytes: number, tailBytes: number): OutputBuffer {
  const head: Buffer[] = [];
  let headLength = 0;
  let end: Buffer[] = [];
  let endLength = 0;
  let total = 0;

  function push(bytes: Buffer): void {
    total += bytes.length;
    const room = headBytes - headLength;
    if (room > 0) {
      const part = bytes.subarray(0, room);
      // A copy: what arrives is a view of a whole network chunk, which it would keep alive.
      head.push(Buffer.from(part));
      headLength += part.length;
    }
    const rest = bytes.subarray(Math.max(0, room));
    if (rest.length === 0) return;
    end.push(Buffer.from(rest.subarray(-tailBytes)));
    endLength += Math.min(rest.length, tailBytes);
    // Cut in large steps, not at every chunk.
    if (endLength > 2 * tailBytes) shrink();
  }

  function shrink(): void {
    end = [Buffer.concat(end).subarray(-tailBytes)];
    endLength = end[0]?.length ?? 0;
  }

  function text(): string {
    if (endLength > tailBytes) shrink();
    const omitted = total - headLength - endLength;
    const begin = Buffer.concat(head);
    if (omitted === 0) return Buffer.concat([begin, ...end]).toString('utf8');
    const finish = Buffer.concat(end).toString('utf8');
    return `${begin.toString('utf8')}\n… ${omitted} bytes left out …\n${finish}`;
  }

  return {
    push,
    get totalBytes() {
      return total;
    },
    text,
    tail: (lines) => lastLines(text(), lines),
  };
}
