/**
 * What passes between `dev` and the agent in the tools container, over a Unix socket or the streams
 * of an `exec`: frames of a length (4 bytes, big-endian, of what follows), a type (1 byte), bytes.
 *
 * ```
 * dev → agent   run     {argv, workingDirectory?, environment?}   starts a program; one a connection
 *               input   bytes                                     for its stdin
 *               close                                             end of its stdin
 *               signal  name                                      for its process group
 *               probe   {id, request}                             sends a request; any number at once
 * agent → dev   stdout, stderr  bytes
 *               exit    status as text
 *               answer  {id, answer}
 * ```
 * When the connection ends, so does the program.
 */
const TYPES = {
  run: 1,
  input: 2,
  close: 3,
  signal: 4,
  probe: 5,
  stdout: 17,
  stderr: 18,
  exit: 19,
  answer: 20,
} as const;

export type FrameType = keyof typeof TYPES;

const NAMES = new Map<number, FrameType>(
  Object.entries(TYPES).map(([name, code]) => [code, name as FrameType]),
);

export interface AgentFrame {
  readonly type: FrameType;
  readonly payload: Buffer;
}

const LENGTH_BYTES = 4;

/** One frame as bytes. A string is sent as UTF-8. */
export function encodeFrame(type: FrameType, payload: Uint8Array | string = ''): Buffer {
  const body = typeof payload === 'string' ? Buffer.from(payload) : payload;
  const frame = Buffer.allocUnsafe(LENGTH_BYTES + 1 + body.length);
  frame.writeUInt32BE(body.length + 1, 0);
  frame[LENGTH_BYTES] = TYPES[type];
  frame.set(body, LENGTH_BYTES + 1);
  return frame;
}

/** Takes a stream of bytes apart into frames. Throws when the other side speaks something else. */
export class FrameDecoder {
  #rest: Buffer = Buffer.alloc(0);

  /** The frames that this chunk completes. */
  add(chunk: Buffer): AgentFrame[] {
    let buffer = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const frames: AgentFrame[] = [];
    while (buffer.length >= LENGTH_BYTES) {
      const end = LENGTH_BYTES + buffer.readUInt32BE(0);
      if (buffer.length < end) break;
      const type = NAMES.get(buffer[LENGTH_BYTES] ?? 0);
      if (type === undefined) throw new Error('not a frame of the tools agent');
      frames.push({ type, payload: buffer.subarray(LENGTH_BYTES + 1, end) });
      buffer = buffer.subarray(end);
    }
    this.#rest = buffer;
    return frames;
  }
}
