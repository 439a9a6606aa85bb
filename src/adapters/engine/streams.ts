import type { LogLine } from '../../ports/engine.ts';

/** A piece of one of the two streams that the engine sends down one connection. */
export interface Frame {
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
  add(chunk: Buffer): Frame[] {
    const frames: Frame[] = [];
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

/** Turns frames (or a tty's raw bytes) of a log into its lines. */
export class LogLineReader {
  readonly #frames: FrameReader | undefined;
  readonly #rests = { stdout: '', stderr: '' };
  readonly #decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };

  constructor(multiplexed: boolean) {
    this.#frames = multiplexed ? new FrameReader() : undefined;
  }

  add(chunk: Buffer): LogLine[] {
    const frames = this.#frames?.add(chunk) ?? [{ stream: 'stdout' as const, payload: chunk }];
    return frames.flatMap(({ stream, payload }) => {
      const text = this.#rests[stream] + this.#decoders[stream].decode(payload, { stream: true });
      const lines = text.split('\n');
      this.#rests[stream] = lines.pop() ?? '';
      return lines.map((line) => parseLogLine(stream, line.replace(/\r$/, '')));
    });
  }

  /** What was left without a line end. */
  end(): LogLine[] {
    return (['stdout', 'stderr'] as const).flatMap((stream) =>
      this.#rests[stream] === '' ? [] : [parseLogLine(stream, this.#rests[stream])],
    );
  }
}
