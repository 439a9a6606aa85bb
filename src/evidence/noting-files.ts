import type { Failure } from '../events/failure.ts';
import type { Files } from '../ports/files.ts';
import type { Result } from '../util/result.ts';
import { sha256 } from '../util/sha256.ts';
import { Identities, isRacy, lookAnswer, type LookKind } from './file-evidence.ts';
import { doingWith, type Notes } from './notes.ts';

/** Notes what is read, by the identity from before: what is written in between is another file. */
function notingReads(files: Files, notes: Notes): Pick<Files, 'read' | 'readBytes' | 'digest'> {
  const noted = <T>(
    path: string,
    read: () => Result<T | undefined, Failure>,
    digestOf: (content: T) => string,
  ): Result<T | undefined, Failure> => {
    const { place, stamp, changedAtMs } = new Identities(files).of(path);
    const answer = read();
    if (answer.ok) {
      notes.note(notes.reads, path, {
        digest: answer.value === undefined ? undefined : digestOf(answer.value),
        place,
        stamp: isRacy(changedAtMs, notes.takenAtMs) ? undefined : stamp,
      });
    } else {
      notes.isSpoilt = true;
    }
    return answer;
  };
  return {
    read: (path) => noted(path, () => files.read(path), sha256),
    readBytes: (path) => noted(path, () => files.readBytes(path), sha256),
    digest: (path) => noted(path, () => files.digest(path), String),
  };
}

/** The same files, whose answers are noted; whatever changes them spoils. */
export function notingFiles(files: Files, notes: Notes): Files {
  const noted = (look: LookKind, path: string): void => {
    const found = look === 'stat' ? files.stat(path) : undefined;
    // A file that could change once more and look the same.
    if (found?.kind === 'file' && isRacy(found.changedAtMs, notes.takenAtMs)) notes.isSpoilt = true;
    notes.note(notes.looks[look], path, lookAnswer(look, path, files));
  };
  const looking =
    <T>(look: LookKind, ask: (path: string) => T) =>
    (path: string): T => {
      noted(look, path);
      return ask(path);
    };
  const doing = doingWith(notes);
  return {
    ...notingReads(files, notes),
    abandoned: looking('abandoned', (path) => files.abandoned(path)),
    exists: looking('exists', (path) => files.exists(path)),
    isDirectory: looking('isDirectory', (path) => files.isDirectory(path)),
    linkTarget: looking('linkTarget', (path) => files.linkTarget(path)),
    list: looking('list', (path) => files.list(path)),
    entries: doing((path: string) => files.entries(path)),
    mode: looking('mode', (path) => files.mode(path)),
    modifiedMs: looking('modifiedMs', (path) => files.modifiedMs(path)),
    realPath: looking('realPath', (path) => files.realPath(path)),
    stat: looking('stat', (path) => files.stat(path)),
    writeAtomic: doing((...args: Parameters<Files['writeAtomic']>) => files.writeAtomic(...args)),
    makeDirectory: doing((...args: Parameters<Files['makeDirectory']>) =>
      files.makeDirectory(...args),
    ),
    remove: doing((path: string) => files.remove(path)),
    rename: doing((from: string, to: string) => files.rename(from, to)),
    setMode: doing((path: string, mode: number) => files.setMode(path, mode)),
    confined: (root) => notingFiles(files.confined(root), notes),
  };
}
