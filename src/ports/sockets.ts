import type { Failure } from '../events/failure.ts';
import type { Result } from '../util/result.ts';

/** One end of a connection over a Unix socket. */
export interface Connection {
  /** False when the other end reads too slowly: hold back until `onDrain`. */
  write(data: string | Uint8Array): boolean;
  /** Bytes that were written and that the other end has not taken yet. */
  readonly backlogBytes: number;
  onData(listener: (data: Buffer) => void): void;
  onDrain(listener: () => void): void;
  /** Called once, however it came to an end. */
  onClose(listener: () => void): void;
  /** Closes when everything written is sent; after half a second with the rest unsent. */
  end(): void;
  /** Closes at once. */
  destroy(): void;
}

export interface Listening {
  /** Ends every connection; resolves when all are gone. */
  close(): Promise<void>;
}

/**
 * Where a socket is, and where the key is that a client shows before it is listened to. Both lie in
 * folders of the person's that nobody else may enter.
 */
export interface SocketPlace {
  readonly socket: string;
  /** Undefined: a session of an older version, which asks for none. */
  readonly key: string | undefined;
}

export interface ListenOptions {
  /** The caller holds a lock that says so: whoever listened before is dead. */
  readonly isSole?: boolean;
}

/** Unix sockets: private files, for processes of one person on one machine. */
export interface Sockets {
  /** Undefined when nobody listens there. */
  connect(place: SocketPlace): Promise<Connection | undefined>;
  /**
   * Listens with mode 0600; what a killed process left behind is taken over.
   * @returns undefined when somebody else listens there already.
   */
  listen(
    place: SocketPlace & { readonly key: string },
    onConnection: (connection: Connection) => void,
    options?: ListenOptions,
  ): Promise<Result<Listening | undefined, Failure>>;
}
