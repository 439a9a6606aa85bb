import { relative } from 'node:path';
import type { LimitFunction } from 'p-limit';
import type { Clock } from '../ports/clock.ts';
import type { ContentIndex } from './content-index.ts';
import { createQuietPeriod } from './quiet-period.ts';

/** Of the first and of the last event of a change, in epoch milliseconds. */
export interface ChangeTimes {
  readonly firstAt: number;
  readonly lastAt: number;
}

export interface ChangedFiles extends ChangeTimes {
  /** Relative to the root, sorted. */
  readonly paths: readonly string[];
  /** Those of them that were not there before, or are not any more; none where that is unknown. */
  readonly comeOrGone: ReadonlySet<string>;
}

export interface ChangeTellerParts {
  readonly clock: Clock;
  readonly index: ContentIndex;
  /** Absolute. */
  readonly root: string;
  /** So many files are looked at at once. */
  readonly limit: LimitFunction;
  readonly quietMs: number;
  /** A burst is handed on at the latest after this time, however long it goes on. */
  readonly capMs: number;
  /** The contents of these files changed. */
  readonly onChange: (change: ChangedFiles) => void;
}

export interface ChangeTeller {
  /** Something may have happened to the file; absolute. */
  add(path: string): void;
  /** Looks whether the file may have changed, by its stamp alone, and adds it if so. */
  suspect(path: string): Promise<void>;
  /** What was noticed is told now; resolves when it is. */
  close(): Promise<void>;
}

/** Gathers files to which something happened, and tells those whose contents changed. */
export function createChangeTeller(parts: ChangeTellerParts): ChangeTeller {
  const { clock, index, root, limit, quietMs, capMs } = parts;
  const settling = new Set<Promise<void>>();
  const quiet = createQuietPeriod<string>(clock, { quietMs, capMs }, ({ items, ...times }) => {
    const telling = settle([...items], times).finally(() => settling.delete(telling));
    settling.add(telling);
  });

  async function settle(paths: readonly string[], times: ChangeTimes): Promise<void> {
    const told: string[] = [];
    const comeOrGone = new Set<string>();
    async function look(path: string): Promise<void> {
      const wasThere = index.has(path);
      if (!(await index.changed(path))) return;
      const inside = relative(root, path);
      told.push(inside);
      const isThere = index.has(path);
      if (wasThere !== undefined && isThere === !wasThere) comeOrGone.add(inside);
    }
    await Promise.all(paths.map((path) => limit(look, path)));
    if (told.length > 0) parts.onChange({ paths: told.sort(), comeOrGone, ...times });
  }

  return {
    add: (path) => quiet.add(path),
    suspect: async (path) => {
      if (await index.suspicious(path)) quiet.add(path);
    },
    close: async () => {
      quiet.stop();
      await Promise.all(settling);
    },
  };
}
