import type { FileLooks } from '../ports/watcher.ts';

/** What is walked, and what not. Paths are absolute. */
export interface ScanRequest {
  readonly folder: string;
  readonly ignored: (path: string, kind: 'file' | 'directory') => boolean;
  /** Told of each folder that cannot be read. */
  readonly onUnreadable?: (folder: string) => void;
}

/** The files in a folder at any depth, folder by folder, without what is ignored. */
export async function* scanFolder(
  looks: FileLooks,
  { folder, ignored, onUnreadable }: ScanRequest,
): AsyncGenerator<{ readonly folder: string; readonly files: readonly string[] }> {
  const waiting = [folder];
  for (let current = waiting.pop(); current !== undefined; current = waiting.pop()) {
    const files: string[] = [];
    const entries = await looks.list(current);
    if (entries === undefined) onUnreadable?.(current);
    for (const { name, kind } of entries ?? []) {
      const path = `${current}/${name}`;
      if (ignored(path, kind)) continue;
      if (kind === 'directory') waiting.push(path);
      else files.push(path);
    }
    yield { folder: current, files };
  }
}
