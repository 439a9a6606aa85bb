import { chmodSync, rmSync } from 'node:fs';
import { connect as connectSocket, createServer } from 'node:net';
import type { Socket } from 'node:net';
import type { Link, SessionSockets } from '../ports/session-link.ts';
import { MAX_LINE_BYTES, MAX_SNAPSHOT_BYTES } from '../session/protocol-limits.ts';
import type { Failure } from '../events/failure.ts';
import type { SocketPlace } from '../ports/sockets.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { fileFailure } from './file-failure.ts';
import { admit, ensureKey, isInOwnFolder, readKey } from './socket-key.ts';
import { socketPath } from './socket-path.ts';

/** Unix sockets that carry lines. */
export const hostSockets: SessionSockets = {
  listen: (at, onLink) =>
    new Promise((resolve) => {
      const path = at.socket;
      const key = ownKey(at);
      if (!key.ok) {
        resolve(key);
        return;
      }
      const place = socketPath(path);
      const links = new Set<Link>();
      const server = createServer((socket) => {
        admit(socket, key.value, () => {
          const link = lineLink(socket, MAX_LINE_BYTES);
          links.add(link);
          link.onClose(() => links.delete(link));
          onLink(link);
        });
      });
      server.once('error', (error) => {
        place.done();
        resolve(fail(fileFailure('listen at', path, error)));
      });
      // Only the holder of the session's lock comes here: whoever listened before is dead.
      rmSync(path, { force: true });
      server.listen(place.path, () => {
        place.done();
        chmodSync(path, 0o600);
        const close = (): Promise<void> =>
          new Promise((done) => {
            for (const link of links) link.close();
            server.close(() => done());
            // Node removes only what it was told to listen at, which a link led to.
            rmSync(path, { force: true });
          });
        resolve(ok({ close }));
      });
    }),
  connect: (at) =>
    new Promise((resolve) => {
      const key = at.key === undefined ? Buffer.alloc(0) : readKey(at.key);
      if (key === undefined || !isInOwnFolder(at)) {
        resolve(undefined);
        return;
      }
      const place = socketPath(at.socket);
      const socket = connectSocket(place.path);
      socket.once('connect', () => {
        place.done();
        socket.write(key);
        resolve(lineLink(socket, MAX_SNAPSHOT_BYTES));
      });
      socket.once('error', () => {
        place.done();
        resolve(undefined);
      });
    }),
};

/** The key of a place that only this person gets to. */
function ownKey(at: SocketPlace & { readonly key: string }): Result<Buffer, Failure> {
  if (!isInOwnFolder(at)) {
    const why = 'others may enter its folder';
    return fail({ reason: 'files', what: `cannot listen at ${at.socket}`, why });
  }
  try {
    return ok(ensureKey(at.key));
  } catch (error) {
    return fail(fileFailure('write', at.key, error));
  }
}

function lineLink(socket: Socket, maxLineBytes: number): Link {
  const lineListeners: ((line: string) => void)[] = [];
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  socket.on('data', (chunk: Buffer) => {
    let rest = chunk;
    for (let end = rest.indexOf(0x0a); end !== -1; end = rest.indexOf(0x0a)) {
      const line = Buffer.concat([...waiting, rest.subarray(0, end)]).toString('utf8');
      waiting = [];
      waitingBytes = 0;
      rest = rest.subarray(end + 1);
      for (const listener of lineListeners) listener(line);
    }
    if (rest.length > 0) waiting.push(rest);
    waitingBytes += rest.length;
    if (waitingBytes > maxLineBytes) socket.destroy();
  });
  // The close that follows says all there is to say.
  socket.on('error', () => undefined);
  return {
    send: (line) => {
      if (!socket.destroyed) socket.write(`${line}\n`);
    },
    get backlogBytes() {
      return socket.writableLength;
    },
    onLine: (listener) => lineListeners.push(listener),
    onDrain: (listener) => socket.on('drain', listener),
    onClose: (listener) => socket.once('close', listener),
    close: () => {
      socket.end();
      // One that does not take what was sent is not waited for.
      setTimeout(() => socket.destroy(), 500).unref();
    },
  };
}
