import type { Duplex } from 'node:stream';
import type { Failure } from '../events/failure.ts';
import type { Result } from '../util/result.ts';

/** A TCP port of this machine's loopback interface. */
export interface LoopbackPort {
  /** Ends every connection; resolves when all are gone. */
  close(): Promise<void>;
}

/** TCP for programs of this person on this machine; others are cut off, where the system tells who they are. */
export interface Loopback {
  /** Failure `port-taken` where somebody else listens there; `host` where the system refuses it. */
  listen(
    port: number,
    onConnection: (stream: Duplex) => void,
    /** One was cut off, a program of the user with this number. */
    onStranger: (uid: number) => void,
  ): Promise<Result<LoopbackPort, Failure>>;
}
