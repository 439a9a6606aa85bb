import { relative } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import type { Happening } from '../../session/event-bus.ts';

/** What a watch tells of itself that is not as it should be; each until it is over. */
export interface WatchTroubles {
  /** It polls, for this reason; undefined: it does not. */
  polls(reason: string | undefined): void;
  /** It takes long to be set up, or it is set up now. */
  slow(at: { readonly folder: string; readonly entries: number } | undefined): void;
  /** Folders, absolute, with why they are not watched. */
  folders(unwatched: ReadonlyMap<string, string>): void;
  /** Modules of which nothing is watched, with why. */
  modules(unwatched: ReadonlyMap<string, string>): void;
  /** It could not be set up at all; undefined: it is. */
  failed(why: string | undefined): void;
}

/** More folders than these are only counted. */
const SHOWN_FOLDERS = 10;

export function createWatchTroubles(
  root: string,
  emit: (happening: Happening) => void,
): WatchTroubles {
  const standing = new Map<string, string>();

  function tell(key: string, level: 'warning' | 'error', failures: readonly Failure[]): void {
    const text = JSON.stringify(failures);
    if ((standing.get(key) ?? '[]') === text) return;
    if (failures.length > 0) {
      standing.set(key, text);
      emit({ kind: 'problem', key, level, failures });
    } else {
      standing.delete(key);
      emit({ kind: 'problem-solved', key });
    }
  }

  return {
    polls: (reason) => {
      const what = 'changes of files are looked for every few moments, for want of events';
      tell('watch', 'warning', reason === undefined ? [] : [{ reason: 'host', what, why: reason }]);
    },
    slow: (at) => {
      const failure = at && {
        reason: 'host' as const,
        what: 'setting up the watch takes long: saves may be noticed late',
        why: `it is at ${shown(at.folder)}, after ${at.entries} folders`,
        cure: 'If nobody edits in there, take it out of the watch: ignore: in dev.yaml, or .gitignore',
      };
      tell('watch-start', 'warning', failure === undefined ? [] : [failure]);
    },
    folders: (unwatched) => {
      const lines = [...unwatched].sort().map(([folder, why]) => `${shown(folder)}: ${why}`);
      const rest = lines.length - SHOWN_FOLDERS;
      const detail = lines.slice(0, SHOWN_FOLDERS);
      if (rest > 0) detail.push(`and ${rest} more`);
      const what =
        lines.length === 1
          ? 'a folder is not watched'
          : `${String(lines.length)} folders are not watched`;
      const cure = 'Make them readable for you, or take them out: ignore: in dev.yaml';
      const failures = lines.length === 0 ? [] : [{ reason: 'host' as const, what, cure, detail }];
      tell('watch-folders', 'warning', failures);
    },
    modules: (unwatched) =>
      tell(
        'watch-modules',
        'warning',
        [...unwatched].map(([module, why]) => ({
          reason: 'definition',
          what: `${module} is not watched: a save there starts nothing`,
          why,
        })),
      ),
    failed: (why) => {
      const what = 'files are not watched: a save starts nothing';
      const cure = 'dev down, then dev up';
      tell('watch-failed', 'error', why === undefined ? [] : [{ reason: 'host', what, why, cure }]);
    },
  };

  function shown(folder: string): string {
    return relative(root, folder) || 'the project’s own folder';
  }
}
