import type { Files } from '../../ports/files.ts';
import type { FileLooks } from '../../ports/watcher.ts';
import type { SyncFiles } from '../../session/sync-loop.ts';
import { scanFolder } from '../../watch/folder-scan.ts';

/** How files that are synced into containers are looked at. */
export function syncFiles(files: Pick<Files, 'stat'>, looks: FileLooks): SyncFiles {
  const kindOf: SyncFiles['kindOf'] = (path) => {
    const kind = files.stat(path)?.kind;
    if (kind === undefined) return 'gone';
    return kind === 'directory' ? 'directory' : 'file';
  };
  return {
    kindOf,
    filesIn: async (path, rules) => {
      if (kindOf(path) !== 'directory') return kindOf(path) === 'file' ? [path] : [];
      const found: string[] = [];
      const ignored = (one: string, kind: 'file' | 'directory'): boolean => !rules.wants(one, kind);
      for await (const { files: names } of scanFolder(looks, { folder: path, ignored })) {
        found.push(...names);
      }
      return found;
    },
  };
}
