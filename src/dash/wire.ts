import { FrameDecoder } from '../util/frames.ts';

/**
 * What goes between a dashboard's client and the host of the panes, a frame a message. The client is
 * a terminal and nothing more: it sends keys and size, and shows the bytes that it is sent.
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

/** No message is larger; what claims to be is not ours. */
const MOST_BYTES = 16 * 1024 * 1024;

export const messageDecoder = (): FrameDecoder => new FrameDecoder(MOST_BYTES);
