import { relative } from 'node:path';
import type { IgnoreRules } from './ignore-rules.ts';
import type { SyncRules } from './sync-rules.ts';
import type { FileTopic, WatchScope } from './watch-scope.ts';

export interface WatchInterest {
  /** Whether a file or folder, absolute, need not be watched. */
  ignored(path: string, kind: 'file' | 'directory'): boolean;
  /** What a change of a file, relative to the project's folder, is about. */
  topics(path: string): readonly FileTopic[];
}

/** What of a project somebody wants to know of: its modules, its definition, or its containers. */
export function createWatchInterest(
  root: string,
  {
    scope,
    rules,
    sync,
  }: {
    readonly scope: WatchScope;
    readonly rules: Pick<IgnoreRules, 'ignored' | 'alwaysIgnored'>;
    /** What containers are given, by `develop.watch`. */
    readonly sync: Pick<SyncRules, 'wants'>;
  },
): WatchInterest {
  return {
    ignored: (path, kind) => {
      const inside = relative(root, path);
      if (inside !== '' && sync.wants(path, kind)) return false;
      if (kind === 'directory' && !scope.enters(inside)) return true;
      // The settings are in .gitignore.
      if (scope.defines(inside)) return rules.alwaysIgnored(inside, kind);
      // A neighbour of a file of the definition is nobody's.
      if (kind === 'file' && scope.topics(inside).every((topic) => topic.kind === 'none')) {
        return true;
      }
      return rules.ignored(inside, kind);
    },
    // What only containers are given may be in .gitignore: it is no module's then.
    topics: (path) =>
      rules.ignored(path, 'file') && !scope.defines(path) ? [{ kind: 'none' }] : scope.topics(path),
  };
}
