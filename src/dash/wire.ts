/**
 * What goes between a dashboard's client and the host of the panes: frames of a length (4 bytes), a
 * type (1 byte) and a payload. The client is a terminal and nothing more: it sends keys and size,
 * and shows the bytes that it is sent.
 */

export const MESSAGE = {
  /** client: JSON, Hello */
  hello: 1,
  /** client: bytes of the terminal */
  input: 2,
  /** client: JSON, the new size; also after a suspended client goes on: draw everything */
  size: 3,
  /** host: bytes for the terminal */
  output: 11,
  /** host: JSON, Bye */
  bye: 12,
  /** host: give the terminal back until the job is resumed */
  suspend: 13,
} as const;

export interface Hello {
  readonly columns: number;
  readonly rows: number;
  /** What of the client's environment says what its terminal can show. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Name or number of the window to begin with. */
  readonly window?: string;
  /** Only this pane, without anything around it: `WINDOW/INDEX`. */
  readonly pane?: string;
  /** The host that this client was attached to is gone. */
  readonly isReturn?: boolean;
}

export interface Bye {
  readonly status: number;
  /** A line for the terminal that was given back. */
  readonly text?: string;
}

const HEADER_BYTES = 5;
/** No message is larger; what claims to be is not ours. */
const MOST_BYTES = 16 * 1024 * 1024;

export function frame(type: number, payload: string | Uint8Array = ''): Buffer {
  const body = typeof payload === 'string' ? Buffer.from(payload) : payload;
  const buffer = Buffer.allocUnsafe(HEADER_BYTES + body.length);
  buffer.writeUInt32BE(body.length, 0);
  buffer[4] = type;
  buffer.set(body, HEADER_BYTES);
  return buffer;
}

export interface Message {
  readonly type: number;
  readonly payload: Buffer;
}

/** Puts frames together again. Throws for what cannot be a frame. */
export class FrameDecoder {
  #rest: Buffer = Buffer.alloc(0);

  read(chunk: Buffer): readonly Message[] {
    let buffer = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const messages: Message[] = [];
    while (buffer.length >= HEADER_BYTES) {
      const length = buffer.readUInt32BE(0);
      if (length > MOST_BYTES) throw new Error('not a message of the dashboard');
      const end = HEADER_BYTES + length;
      if (buffer.length < end) break;
      messages.push({ type: buffer[4] ?? 0, payload: buffer.subarray(HEADER_BYTES, end) });
      buffer = buffer.subarray(end);
    }
    this.#rest = buffer;
    return messages;
  }
}
