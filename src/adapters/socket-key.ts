import { randomBytes, timingSafeEqual } from 'node:crypto';
import { linkSync, lstatSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { dirname } from 'node:path';
import type { SocketPlace } from '../ports/sockets.ts';

const KEY = /^[0-9a-f]{64}\n$/;
const KEY_BYTES = 65;
/** A client says its key at once. */
const LATE_MS = 5_000;
const OTHERS = 0o077;

/** The key as it goes over the socket; undefined when there is none that counts. */
export function readKey(path: string): Buffer | undefined {
  try {
    const text = readFileSync(path, 'latin1');
    return KEY.test(text) ? Buffer.from(text) : undefined;
  } catch {
    return undefined;
  }
}

/** The key, made by whoever listens first. Throws like `node:fs`. */
export function ensureKey(path: string): Buffer {
  const known = readKey(path);
  if (known !== undefined) return known;
  const temporary = `${path}.${String(process.pid)}`;
  writeFileSync(temporary, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  try {
    // Only one of two that do this at once wins, and there is never half a key.
    linkSync(temporary, path);
  } catch (error) {
    if (readKey(path) === undefined) throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
  const made = readKey(path);
  if (made === undefined) throw new Error(`${path} is not a key of a socket`);
  return made;
}

/**
 * Whether a socket is in a folder into which only this person gets. Nobody else can have put the
 * socket there, or connect to it. Where the system has no people there is nothing to ask.
 */
export function isInOwnFolder({ socket }: SocketPlace): boolean {
  try {
    const { uid, mode } = lstatSync(dirname(socket));
    return process.getuid === undefined || (uid === process.getuid() && (mode & OTHERS) === 0);
  } catch {
    return false;
  }
}

/** Hands a client on that shows the key; cuts off every other. */
export function admit(socket: Socket, key: Buffer, onAdmitted: () => void): void {
  const late = setTimeout(() => socket.destroy(), LATE_MS).unref();
  // The close that follows says all there is to say.
  socket.on('error', () => undefined);
  const look = (): void => {
    const shown = socket.read(KEY_BYTES) as Buffer | null;
    if (shown === null) return;
    socket.off('readable', look);
    clearTimeout(late);
    if (shown.length === key.length && timingSafeEqual(shown, key)) onAdmitted();
    else socket.destroy();
  };
  socket.on('readable', look);
  socket.once('close', () => clearTimeout(late));
}
