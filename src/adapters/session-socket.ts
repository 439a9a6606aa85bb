import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { connect as connectSocket, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Link, SessionSockets } from '../ports/session-link.ts';
import { MAX_LINE_BYTES } from '../session/protocol-limits.ts';
import { fail, ok } from '../util/result.ts';
import { fileFailure } from './file-failure.ts';

/** The kernel's limit of a socket's path is 108 bytes with the closing zero. */
const MAX_SOCKET_PATH = 100;

/** Unix sockets that carry lines. */
export const hostSockets: SessionSockets = {
  listen: (path, onLink) =>
    new Promise((resolve) => {
      const place = shortPath(path);
      const links = new Set<Link>();
      const server = createServer((socket) => {
        const link = lineLink(socket);
        links.add(link);
        link.onClose(() => links.delete(link));
        onLink(link);
      });
      server.once('error', (error) => resolve(fail(fileFailure('listen at', path, error))));
      // Only the holder of the session's lock comes here: whoever listened before is dead.
      rmSync(place, { force: true });
      server.listen(place, () => {
        chmodSync(place, 0o600);
        const close = (): Promise<void> =>
          new Promise((done) => {
            for (const link of links) link.close();
            server.close(() => done());
          });
        resolve(ok({ close }));
      });
    }),
  connect: (path) =>
    new Promise((resolve) => {
      const socket = connectSocket(shortPath(path));
      socket.once('connect', () => resolve(lineLink(socket)));
      socket.once('error', () => resolve(undefined));
    }),
};

function lineLink(socket: Socket): Link {
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
    if (waitingBytes > MAX_LINE_BYTES) socket.destroy();
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

/** A path that the kernel takes: through a link in the temporary folder where it is too long. */
function shortPath(path: string): string {
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH) return path;
  const folder = dirname(path);
  const digest = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  const link = join(tmpdir(), `onestack-${String(process.getuid?.() ?? 0)}-${digest}`);
  if (!isOwnLink(link, folder)) {
    rmSync(link, { force: true, recursive: true });
    symlinkSync(folder, link);
  }
  return join(link, basename(path));
}

/** Whether the link is ours: in a folder that all may write to, it could be somebody else's. */
function isOwnLink(link: string, folder: string): boolean {
  try {
    return lstatSync(link).uid === process.getuid?.() && readlinkSync(link) === folder;
  } catch {
    return false;
  }
}
