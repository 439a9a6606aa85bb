import { chmodSync, rmSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { Connection, Listening, SocketPlace, Sockets } from '../ports/sockets.ts';
import { admit, ensureKey, isInOwnFolder, readKey } from './socket-key.ts';
import { socketPath } from './socket-path.ts';

/** What is written beyond this waits for the other end. */
const BACKLOG_BYTES = 64 * 1024;

function connectionOf(socket: Socket): Connection {
  // A broken connection closes; `close` tells.
  socket.on('error', () => undefined);
  return {
    write: (data) => {
      if (socket.destroyed) return false;
      socket.write(data);
      return socket.writableLength < BACKLOG_BYTES;
    },
    onData: (listener) => void socket.on('data', listener),
    onDrain: (listener) => void socket.on('drain', listener),
    onClose: (listener) => void socket.once('close', listener),
    end: () => void socket.end(),
  };
}

function connect(at: SocketPlace): Promise<Connection | undefined> {
  const key = at.key === undefined ? Buffer.alloc(0) : readKey(at.key);
  if (key === undefined || !isInOwnFolder(at)) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const place = socketPath(at.socket);
    const socket = createConnection(place.path);
    socket.once('connect', () => {
      place.done();
      socket.write(key);
      resolve(connectionOf(socket));
    });
    socket.once('error', () => {
      place.done();
      resolve(undefined);
    });
  });
}

function bind(server: Server, path: string): Promise<'bound' | 'taken'> {
  return new Promise((resolve, reject) => {
    const place = socketPath(path);
    const refused = (error: NodeJS.ErrnoException): void => {
      place.done();
      if (error.code === 'EADDRINUSE') resolve('taken');
      else reject(error);
    };
    server.once('error', refused);
    server.listen(place.path, () => {
      place.done();
      server.off('error', refused);
      chmodSync(path, 0o600);
      resolve('bound');
    });
  });
}

async function listen(
  at: SocketPlace & { readonly key: string },
  onConnection: (connection: Connection) => void,
): Promise<Listening | undefined> {
  const path = at.socket;
  const key = ensureKey(at.key);
  if (!isInOwnFolder(at)) throw new Error(`others may enter the folder of ${path}`);
  const server = createServer((socket) =>
    admit(socket, key, () => onConnection(connectionOf(socket))),
  );
  if ((await bind(server, path)) === 'taken') {
    const other = await connect(at);
    if (other !== undefined) {
      other.end();
      return undefined;
    }
    rmSync(path, { force: true });
    if ((await bind(server, path)) === 'taken') return undefined;
  }
  return {
    close: () => {
      server.close();
      // Node removes only what it was told to listen at, which a link may have led to.
      rmSync(path, { force: true });
    },
  };
}

export const localSockets: Sockets = { connect, listen };
