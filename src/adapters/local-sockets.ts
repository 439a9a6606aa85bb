import { chmodSync, rmSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { Connection, Listening, Sockets } from '../ports/sockets.ts';
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

function connect(path: string): Promise<Connection | undefined> {
  return new Promise((resolve) => {
    const place = socketPath(path);
    const socket = createConnection(place.path);
    socket.once('connect', () => {
      place.done();
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
  path: string,
  onConnection: (connection: Connection) => void,
): Promise<Listening | undefined> {
  const server = createServer((socket) => onConnection(connectionOf(socket)));
  if ((await bind(server, path)) === 'taken') {
    const other = await connect(path);
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
