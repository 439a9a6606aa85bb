import type { SnapshotMethod } from '../model/snapshot.ts';

/** Major and minor of `17.5`, `16.4 (Debian 16.4-1)`, `10.11.6-MariaDB`. */
function numbersOf(version: string): readonly [number, number] | undefined {
  const found = /(\d+)(?:\.(\d+))?/.exec(version);
  return found === null ? undefined : [Number(found[1]), Number(found[2] ?? 0)];
}

const isMariaDb = (version: string | undefined): boolean => version?.includes('MariaDB') === true;

/**
 * Why data of one version cannot go into a server of another one; undefined when it can. Dumps are
 * read by newer servers; files as they lay only by a server of the same release series, and minor
 * versions of one series read each other's.
 */
export function versionProblem(
  method: SnapshotMethod,
  from: string | undefined,
  to: string | undefined,
): string | undefined {
  const old = from === undefined ? undefined : numbersOf(from);
  const now = to === undefined ? undefined : numbersOf(to);
  if (old === undefined || now === undefined) return undefined;
  // Two products that count by themselves; what one writes as SQL the other reads, or says what it cannot.
  if (isMariaDb(from) !== isMariaDb(to)) {
    return method === 'dump'
      ? undefined
      : `these are files of ${from ?? ''}, and the service runs ${to ?? ''}`;
  }
  if (old[0] > now[0])
    return `it is of version ${from ?? ''}, and the service runs the older ${to ?? ''}`;
  if (method === 'volumes' && old[0] !== now[0]) {
    return `these are files of version ${from ?? ''}, which version ${to ?? ''} cannot read`;
  }
  return undefined;
}
