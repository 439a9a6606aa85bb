import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  openSync,
  readdirSync,
  rmSync,
  type Dirent,
} from 'node:fs';
import { join } from 'node:path';
import { errorCode } from './file-failure.ts';

const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const OWNER_ALL = 0o700;

/**
 * Removes a file or a whole folder; no error when there is none. Folders that nobody may write, as Go's
 * module cache is made of, are made writable first.
 */
export function removeTree(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch (error) {
    const code = errorCode(error);
    if (code !== 'EACCES' && code !== 'EPERM' && code !== 'ENOTEMPTY') throw error;
    openFolders(path);
    rmSync(path, { recursive: true, force: true });
  }
}

/** Through the open folder itself: a link that somebody puts in its place is not followed. */
function makeWritable(path: string): void {
  const descriptor = openSync(path, FOLDER);
  try {
    fchmodSync(descriptor, fstatSync(descriptor).mode | OWNER_ALL);
  } finally {
    closeSync(descriptor);
  }
}

function openFolders(path: string): void {
  let entries: Dirent[];
  try {
    makeWritable(path);
    entries = readdirSync(path, { withFileTypes: true });
  } catch {
    // No folder, or not the person's: removing it says what the matter is.
    return;
  }
  for (const entry of entries) if (entry.isDirectory()) openFolders(join(path, entry.name));
}
