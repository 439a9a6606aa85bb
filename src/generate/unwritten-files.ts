import type { Files } from '../ports/files.ts';
import { ok } from '../util/result.ts';

/**
 * The same files for whoever only wants to know how it would end: what is written can be read again
 * as if it were there, and nothing changes. For text files; what was removed stays in sight.
 */
export function unwrittenFiles(files: Files): Files {
  const written = new Map<string, { readonly bytes: Uint8Array; readonly mode: number }>();
  const own: Files = {
    ...files,
    read: (path) => {
      const one = written.get(path);
      return one === undefined ? files.read(path) : ok(new TextDecoder().decode(one.bytes));
    },
    readBytes: (path) => {
      const one = written.get(path);
      return one === undefined ? files.readBytes(path) : ok(one.bytes);
    },
    exists: (path) => written.has(path) || files.exists(path),
    mode: (path) => written.get(path)?.mode ?? files.mode(path),
    // Another time than that of whatever is there.
    modifiedMs: (path) => (written.has(path) ? 0 : files.modifiedMs(path)),
    writeAtomic: (path, contents, options) => {
      const bytes = typeof contents === 'string' ? new TextEncoder().encode(contents) : contents;
      written.set(path, { bytes, mode: options?.mode ?? 0o644 });
      return ok(undefined);
    },
    makeDirectory: () => ok(undefined),
    remove: () => ok(undefined),
    rename: () => ok(undefined),
    setMode: () => ok(undefined),
    confined: () => own,
  };
  return own;
}
