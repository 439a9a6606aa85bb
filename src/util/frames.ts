/**
 * Messages over a stream of bytes: a length (4 bytes, big-endian, of what follows), a type (1 byte),
 * a payload.
 */
export interface Frame {
  readonly type: number;
  readonly payload: Buffer;
}

const LENGTH_BYTES = 4;
const HEADER_BYTES = LENGTH_BYTES + 1;

/** One frame as bytes. A string is sent as UTF-8. */
export function encodeFrame(type: number, payload: Uint8Array | string = ''): Buffer {
  const body = typeof payload === 'string' ? Buffer.from(payload) : payload;
  const frame = Buffer.allocUnsafe(HEADER_BYTES + body.length);
  frame.writeUInt32BE(body.length + 1, 0);
  frame[LENGTH_BYTES] = type;
  frame.set(body, HEADER_BYTES);
  return frame;
}

/** Puts frames together again. */
export class FrameDecoder {
  readonly #mostBytes: number;
  #rest: Buffer = Buffer.alloc(0);

  /** @param mostBytes no frame is longer; what claims to be is not one. */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** The frames that this chunk completes. Throws for what cannot be a frame. */
  add(chunk: Buffer): readonly Frame[] {
    let buffer = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const frames: Frame[] = [];
    while (buffer.length >= LENGTH_BYTES) {
      const length = buffer.readUInt32BE(0);
      if (length === 0 || length > this.#mostBytes) throw new Error('not a frame of ours');
      const end = LENGTH_BYTES + length;
      if (buffer.length < end) break;
      const type = buffer.readUInt8(LENGTH_BYTES);
      frames.push({ type, payload: buffer.subarray(HEADER_BYTES, end) });
      buffer = buffer.subarray(end);
    }
    this.#rest = buffer;
    return frames;
  }
}
