import type { Failure } from '../events/failure.ts';
import type { SocketPlace } from './sockets.ts';
import type { Result } from '../util/result.ts';

/** One end of a connection that carries lines of text. */
export interface Link {
  /** Sends one line; it must hold no line feed. What cannot be sent at once is kept. */
  send(line: string): void;
  /** Bytes that were sent and that the other end has not taken yet. */
  readonly backlogBytes: number;
  onLine(listener: (line: string) => void): void;
  /** The other end has taken everything. */
  onDrain(listener: () => void): void;
  onClose(listener: () => void): void;
  close(): void;
}

/** The session's private socket. */
export interface SessionSockets {
  /** Listens at a path; a socket that a killed session left there is replaced. */
  listen(
    place: SocketPlace & { readonly key: string },
    onLink: (link: Link) => void,
  ): Promise<Result<{ close(): Promise<void> }, Failure>>;
  /** Undefined when nobody listens there. */
  connect(place: SocketPlace): Promise<Link | undefined>;
}
