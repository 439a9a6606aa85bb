import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** The kernel's limit of a socket's path, its closing zero included: 104 bytes on macOS, else 108. */
const MOST_BYTES = process.platform === 'darwin' ? 103 : 107;

/** A path of a socket that the kernel takes. */
export interface SocketPath {
  readonly path: string;
  /** Call it once the socket is bound or connected: the short way is not needed any more. */
  done(): void;
}

/**
 * A folder deep down has a path that is too long for a socket in it. Then the way leads through a
 * link in a private folder (mode 0700) that lives only while the socket is bound or connected: the
 * socket itself stays in its place, where everybody looks for it.
 * Throws when no such folder can be made.
 */
export function socketPath(path: string): SocketPath {
  if (Buffer.byteLength(path) <= MOST_BYTES) return { path, done: () => undefined };
  const folder = privateFolder();
  const link = join(folder, 'd');
  symlinkSync(dirname(path), link);
  return {
    path: join(link, basename(path)),
    done: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** In the temporary folder; in `/tmp` where that one is deep down, too. */
function privateFolder(): string {
  const short = Buffer.byteLength(tmpdir()) <= MOST_BYTES - 40;
  return mkdtempSync(join(short ? tmpdir() : '/tmp', 'onestack-'));
}
