import { posix } from 'node:path';
import type { ContainerDetail } from '../ports/engine-containers.ts';
import { leaves } from '../util/leaves.ts';

type Mount = ContainerDetail['mounts'][number];
type Mounted = Pick<ContainerDetail, 'user' | 'mounts'>;

/** What programs say when they may not. */
const DENIED = /permission ?denied|\bEACCES\b|access ?denied/i;
/** The same of a database that is a file; which one, it does not say. */
const DATABASE_DENIED = /readonly database|unable to open database file/i;
const READ_ONLY = /read-only file system|\bEROFS\b/i;
const PATHS = /(?<![\w./])\/[^\s'"’”`:;,()<>]+/g;

/** The innermost mount that a path of a line lies in. */
function mountOf(line: string, mounts: readonly Mount[]): Mount | undefined {
  const paths = line.match(PATHS) ?? [];
  const holding = mounts.filter(({ target }) =>
    paths.some((path) => !leaves(posix.relative(target, path))),
  );
  return holding.toSorted((a, b) => b.target.length - a.target.length)[0];
}

function given({ type, source, target }: Mount): string {
  return type === 'volume'
    ? `${target}, which is the volume ${source}`
    : `${target}, which is ${source} of this machine`;
}

function deniedIn(line: string, mounts: readonly Mount[]): Mount | undefined {
  if (DENIED.test(line)) return mountOf(line, mounts);
  if (!DATABASE_DENIED.test(line)) return undefined;
  const volumes = mounts.filter(({ type, isWritable }) => type === 'volume' && isWritable);
  return volumes.length === 1 ? volumes[0] : undefined;
}

function meaningIn(line: string, { user, mounts }: Mounted): string | undefined {
  if (READ_ONLY.test(line)) {
    const mount = mountOf(line, mounts);
    return mount === undefined || mount.isWritable
      ? undefined
      : `it is given ${given(mount)}, to read only`;
  }
  // Root is refused for other reasons than an owner.
  if (['', '0', 'root'].includes(user.split(':')[0] ?? '')) return undefined;
  const mount = deniedIn(line, mounts);
  if (mount === undefined) return undefined;
  const whose =
    mount.type === 'volume'
      ? 'What lies there is another user’s: a service that runs as root has written it, or the volume is older than this user'
      : 'Its owner and its mode on this machine say who may';
  return `it runs as ${user}, and may not in ${given(mount)}. ${whose}`;
}

/**
 * What it means that a program may not read or write what it was given: whose that is.
 * @param lines the last ones of its log and of its health check.
 * @returns undefined where no line says so of a mount.
 */
export function deniedMeaning(lines: readonly string[], mounted: Mounted): string | undefined {
  for (const line of lines) {
    const meaning = meaningIn(line, mounted);
    if (meaning !== undefined) return meaning;
  }
  return undefined;
}
