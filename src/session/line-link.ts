import type { Connection } from '../ports/sockets.ts';

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

/** Lines over a connection. Whoever sends a longer one than `maxLineBytes` is cut off. */
export function lineLink(connection: Connection, maxLineBytes: number): Link {
  const listeners: ((line: string) => void)[] = [];
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  connection.onData((chunk) => {
    let rest = chunk;
    for (let end = rest.indexOf(0x0a); end !== -1; end = rest.indexOf(0x0a)) {
      const line = Buffer.concat([...waiting, rest.subarray(0, end)]).toString('utf8');
      waiting = [];
      waitingBytes = 0;
      rest = rest.subarray(end + 1);
      for (const listener of listeners) listener(line);
    }
    if (rest.length > 0) waiting.push(rest);
    waitingBytes += rest.length;
    if (waitingBytes > maxLineBytes) connection.destroy();
  });
  return {
    send: (line) => void connection.write(`${line}\n`),
    get backlogBytes() {
      return connection.backlogBytes;
    },
    onLine: (listener) => void listeners.push(listener),
    onDrain: (listener) => connection.onDrain(listener),
    onClose: (listener) => connection.onClose(listener),
    close: () => connection.end(),
  };
}
