import { encodeFrame, FrameDecoder } from '../util/frames.ts';

/**
 * What passes between `dev` and the agent in the tools container, over a Unix socket or the streams
 * of an `exec`, in frames.
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

/** Answers of probes are the longest; what claims to be longer is something else. */
const MOST_BYTES = 256 * 1024 * 1024;

/** One frame as bytes. A string is sent as UTF-8. */
export function encodeAgentFrame(type: FrameType, payload: Uint8Array | string = ''): Buffer {
  return encodeFrame(TYPES[type], payload);
}

/** Takes a stream of bytes apart into frames. */
export class AgentFrameDecoder {
  readonly #decoder = new FrameDecoder(MOST_BYTES);

  /** The frames that this chunk completes. Throws when the other side speaks something else. */
  add(chunk: Buffer): AgentFrame[] {
    return this.#decoder.add(chunk).map(({ type, payload }) => {
      const name = NAMES.get(type);
      if (name === undefined) throw new Error('not a frame of the tools agent');
      return { type: name, payload };
    });
  }
}
