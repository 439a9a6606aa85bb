import { chmodSync, rmSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { Connection, Listening, Sockets } from '../ports/sockets.ts';

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
    const socket = createConnection(path);
    socket.once('connect', () => resolve(connectionOf(socket)));
    socket.once('error', () => resolve(undefined));
  });
}

function bind(server: Server, path: string): Promise<'bound' | 'taken'> {
  return new Promise((resolve, reject) => {
    const refused = (error: NodeJS.ErrnoException): void => {
      if (error.code === 'EADDRINUSE') resolve('taken');
      else reject(error);
    };
    server.once('error', refused);
    server.listen(path, () => {
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
  return { close: () => void server.close() };
}

export const localSockets: Sockets = { connect, listen };
