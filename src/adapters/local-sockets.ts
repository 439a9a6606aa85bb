import { chmodSync, rmSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { Failure } from '../events/failure.ts';
import type { Connection, ListenOptions, Listening } from '../ports/sockets.ts';
import type { SocketPlace, Sockets } from '../ports/sockets.ts';
import { fail, ok, type Result } from '../util/result.ts';
import { fileFailure } from './file-failure.ts';
import { admit, ensureKey, isInOwnFolder, readKey } from './socket-key.ts';
import { socketPath } from './socket-path.ts';

/** What is written beyond this waits for the other end. */
const BACKLOG_BYTES = 64 * 1024;
/** One that does not take what was sent is not waited for any longer. */
const END_LIMIT_MS = 500;

function connectionOf(socket: Socket): Connection {
  // A broken connection closes; `close` tells.
  socket.on('error', () => undefined);
  return {
    write: (data) => {
      if (socket.destroyed) return false;
      socket.write(data);
      return socket.writableLength < BACKLOG_BYTES;
    },
    get backlogBytes() {
      return socket.writableLength;
    },
    onData: (listener) => void socket.on('data', listener),
    onDrain: (listener) => void socket.on('drain', listener),
    onClose: (listener) => void socket.once('close', listener),
    end: () => {
      socket.end();
      setTimeout(() => socket.destroy(), END_LIMIT_MS).unref();
    },
    destroy: () => void socket.destroy(),
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

/** False when somebody else listens there. */
async function takePlace(server: Server, at: SocketPlace, isSole: boolean): Promise<boolean> {
  const path = at.socket;
  if (isSole) rmSync(path, { force: true });
  if ((await bind(server, path)) === 'bound') return true;
  const other = await connect(at);
  if (other !== undefined) {
    other.end();
    return false;
  }
  rmSync(path, { force: true });
  return (await bind(server, path)) === 'bound';
}

async function listen(
  at: SocketPlace & { readonly key: string },
  onConnection: (connection: Connection) => void,
  { isSole = false }: ListenOptions = {},
): Promise<Result<Listening | undefined, Failure>> {
  const path = at.socket;
  if (!isInOwnFolder(at)) {
    const why = 'others may enter its folder';
    return fail({ reason: 'files', what: `cannot listen at ${path}`, why });
  }
  let key: Buffer;
  try {
    key = ensureKey(at.key);
  } catch (error) {
    return fail(fileFailure('write', at.key, error));
  }
  const admitted = new Set<Connection>();
  const server = createServer((socket) =>
    admit(socket, key, () => {
      const connection = connectionOf(socket);
      admitted.add(connection);
      connection.onClose(() => admitted.delete(connection));
      onConnection(connection);
    }),
  );
  try {
    if (!(await takePlace(server, at, isSole))) return ok(undefined);
  } catch (error) {
    return fail(fileFailure('listen at', path, error));
  }
  return ok({
    close: () =>
      new Promise((resolve) => {
        for (const connection of admitted) connection.end();
        server.close(() => resolve());
        // Node removes only what it was told to listen at, which a link may have led to.
        rmSync(path, { force: true });
      }),
  });
}

/** The only sockets of the tool's own processes. */
export const localSockets: Sockets = { connect, listen };
