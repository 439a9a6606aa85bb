import { basename, dirname } from 'node:path';
import type { Files } from '../../ports/files.ts';
import { ok } from '../../util/result.ts';

/**
 * The host's files with some more laid over them: what a project would be, before anything is
 * written. Only for reading; who writes writes to the real ones.
 * @param texts absolute path → contents.
 */
export function overlayFiles(files: Files, texts: ReadonlyMap<string, string>): Files {
  const folders = new Set<string>();
  for (const path of texts.keys()) {
    for (let at = dirname(path); !folders.has(at) && at !== dirname(at); at = dirname(at)) {
      folders.add(at);
    }
  }
  const made = [...texts.keys(), ...folders];
  const isThere = (path: string): boolean =>
    texts.has(path) || folders.has(path) || files.exists(path);
  const over: Partial<Files> = {
    read: (path) => (texts.has(path) ? ok(texts.get(path)) : files.read(path)),
    readBytes: (path) => {
      const text = texts.get(path);
      return text === undefined ? files.readBytes(path) : ok(Buffer.from(text));
    },
    exists: isThere,
    isDirectory: (path) => folders.has(path) || files.isDirectory(path),
    list: (path) => {
      const more = made.filter((one) => dirname(one) === path && one !== path);
      return [...new Set([...files.list(path), ...more.map((one) => basename(one))])].sort();
    },
    entries: (path) => {
      const more = made.filter((one) => dirname(one) === path && one !== path);
      const names = new Map(files.entries(path).map(({ name, kind }) => [name, kind]));
      for (const one of more) names.set(basename(one), folders.has(one) ? 'directory' : 'file');
      return [...names]
        .map(([name, kind]) => ({ name, kind }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    realPath: (path) => files.realPath(path) ?? (isThere(path) ? path : undefined),
    confined: () => laid,
  };
  const laid = new Proxy(files, {
    get: (target, name) => {
      const value: unknown = Reflect.get(over, name) ?? Reflect.get(target, name);
      // A method of a class with private fields works on that alone.
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  return laid;
}
