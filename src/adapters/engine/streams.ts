import type { LogLine } from '../../ports/engine-containers.ts';

/** A piece of one of the two streams that the engine sends down one connection. */
export interface StreamFrame {
  readonly stream: 'stdout' | 'stderr';
  readonly payload: Buffer;
}

const HEADER_BYTES = 8;

/**
 * Takes the engine's multiplexed stream apart: 8 bytes of header (stream number, length), then the
 * payload. https://docs.docker.com/reference/api/engine/version/v1.45/#tag/Container/operation/ContainerAttach
 */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  /** The frames that this chunk completes. */
  add(chunk: Buffer): StreamFrame[] {
    const frames: StreamFrame[] = [];
    let buffer = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (buffer.length >= HEADER_BYTES) {
      const end = HEADER_BYTES + buffer.readUInt32BE(4);
      if (buffer.length < end) break;
      frames.push({
        stream: buffer[0] === 2 ? 'stderr' : 'stdout',
        payload: buffer.subarray(HEADER_BYTES, end),
      });
      buffer = buffer.subarray(end);
    }
    this.#rest = buffer;
    return frames;
  }
}

/** A log line as the engine writes it with `timestamps`: RFC 3339 time, a space, the text. */
function parseLogLine(stream: LogLine['stream'], line: string): LogLine {
  const space = line.indexOf(' ');
  const atMs = Date.parse(line.slice(0, space));
  if (Number.isNaN(atMs)) return { stream, atMs: 0, text: line };
  return { stream, atMs, text: line.slice(space + 1) };
}

/** How long the engine lets a piece of a line get. */
const PIECE_BYTES = 16_384;
/** A line that is longer is cut: something that never ends a line must not fill the memory. */
const LONGEST_LINE_BYTES = 16 * 1024 * 1024;
const LINE_END = 0x0a;
const LONGEST_STAMP = 40;
const STAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d) /;

/** How many bytes the engine's time in front of a piece takes; 0 where there is none. */
function stampLength(bytes: Buffer): number {
  return STAMP.exec(bytes.toString('latin1', 0, LONGEST_STAMP))?.[0].length ?? 0;
}

/**
 * One stream's lines. The engine hands out a long line in pieces, each with the time in front: what
 * goes on is put behind what there is, without its time.
 */
class Lines {
  readonly #stream: LogLine['stream'];
  readonly #framed: boolean;
  #parts: Buffer[] = [];
  #length = 0;

  constructor(stream: LogLine['stream'], framed: boolean) {
    this.#stream = stream;
    this.#framed = framed;
  }

  add(payload: Buffer): LogLine[] {
    const isPiece = this.#framed && this.#length > 0;
    let rest = isPiece ? payload.subarray(stampLength(payload)) : payload;
    const lines: LogLine[] = [];
    for (let end = rest.indexOf(LINE_END); end !== -1; end = rest.indexOf(LINE_END)) {
      this.#keep(rest.subarray(0, end));
      lines.push(this.#line());
      rest = rest.subarray(end + 1);
    }
    if (rest.length > 0) this.#keep(rest);
    if (this.#length > LONGEST_LINE_BYTES) lines.push(this.#line());
    return lines;
  }

  /** What was left without a line end. */
  end(): LogLine[] {
    return this.#length === 0 ? [] : [this.#line()];
  }

  #keep(part: Buffer): void {
    this.#parts.push(part);
    this.#length += part.length;
  }

  #line(): LogLine {
    const bytes = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#length = 0;
    // As a whole: a character may lie in two pieces.
    const text = (this.#framed ? bytes : withoutStamps(bytes)).toString('utf8');
    return parseLogLine(this.#stream, text.replace(/\r$/, ''));
  }
}

/** A terminal's log has no frames: pieces are where a piece's length is followed by a time. */
function withoutStamps(line: Buffer): Buffer {
  if (line.length <= PIECE_BYTES) return line;
  const pieces: Buffer[] = [];
  let start = 0;
  for (let at = stampLength(line) + PIECE_BYTES; at < line.length; at += PIECE_BYTES) {
    const stamp = stampLength(line.subarray(at));
    if (stamp === 0) break;
    pieces.push(line.subarray(start, at));
    at += stamp;
    start = at;
  }
  return Buffer.concat([...pieces, line.subarray(start)]);
}

/** Turns frames (or a tty's raw bytes) of a log into its lines. */
export class LogLineReader {
  readonly #frames: FrameReader | undefined;
  readonly #lines: Readonly<Record<LogLine['stream'], Lines>>;

  constructor(multiplexed: boolean) {
    this.#frames = multiplexed ? new FrameReader() : undefined;
    this.#lines = {
      stdout: new Lines('stdout', multiplexed),
      stderr: new Lines('stderr', multiplexed),
    };
  }

  add(chunk: Buffer): LogLine[] {
    const frames = this.#frames?.add(chunk) ?? [{ stream: 'stdout' as const, payload: chunk }];
    return frames.flatMap(({ stream, payload }) => this.#lines[stream].add(payload));
  }

  /** What was left without a line end. */
  end(): LogLine[] {
    return [...this.#lines.stdout.end(), ...this.#lines.stderr.end()];
  }
}
