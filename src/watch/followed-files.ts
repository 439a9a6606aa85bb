import type { Clock } from '../ports/clock.ts';
import type { ContentIndex } from './content-index.ts';

/** Files are looked at so often: it is what a session at rest costs, so not more often than an edit has to be noticed. */
const LOOK_INTERVAL_MS = 2_000;

export interface FollowedFilesParts {
  readonly clock: Clock;
  /** What is known of these files, and of no others. */
  readonly index: ContentIndex;
}

/**
 * Follows single files that no watch on folders sees, outside of the project or behind links, until
 * the signal: each is looked at every two seconds. It need not be there yet.
 * @param paths absolute.
 */
export async function followFiles(
  { clock, index }: FollowedFilesParts,
  paths: readonly string[],
  signal: AbortSignal,
  onChange: (paths: readonly string[], atMs: number) => void,
): Promise<void> {
  if (paths.length === 0) return;
  const missed = new Set<string>();
  for (const path of paths) if (await index.meet(path)) missed.add(path);
  index.complete();
  while (!signal.aborted) {
    const changed: string[] = [];
    // All at once: each by itself would wake the process twice.
    const looks = await Promise.all(
      paths.map(async (path) => missed.has(path) || (await index.suspicious(path))),
    );
    for (const [at, path] of paths.entries()) {
      if (looks[at] === true && (await index.changed(path))) changed.push(path);
    }
    missed.clear();
    if (changed.length > 0 && !isOver(signal)) onChange(changed, clock.now());
    await clock.sleep(LOOK_INTERVAL_MS, signal).catch(() => undefined);
  }
}

const isOver = (signal: AbortSignal): boolean => signal.aborted;
