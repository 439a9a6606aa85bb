import type { Files } from '../../ports/files.ts';
import type { Told } from './tell-once.ts';

/** File systems that are another machine's, or this machine's other system's. */
const FAR =
  /^(?:drvfs|9p|cifs|smb3|smbfs|nfs4?|afs|vboxsf|prl_fs|fuse\.(?:sshfs|vmhgfs-fuse|rclone))$/;

interface Mount {
  readonly point: string;
  readonly type: string;
  readonly options: string;
}

/** Lines of `/proc/mounts`; spaces in it are written as `\040`. */
function mountsIn(text: string): readonly Mount[] {
  return text.split('\n').flatMap((line) => {
    const [, point, type, options = ''] = line.split(' ');
    if (point === undefined || type === undefined) return [];
    const named = point.replace(/\\([0-7]{3})/g, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 8)),
    );
    return [{ point: named, type, options }];
  });
}

/** Where other systems' disks are: the table of mounts changes with every container that starts. */
const OTHER_DISKS = '/mnt/';

/** The table of mounts as it concerns a clone; undefined where it does not. */
export function mountsAround(root: string, files: Files): string | undefined {
  const real = files.realPath(root) ?? root;
  if (!real.startsWith(OTHER_DISKS)) return undefined;
  const mounts = files.read('/proc/mounts');
  return mounts.ok ? mounts.value : undefined;
}

/**
 * A clone that lies where reading files is slow, and where nobody tells of changes.
 * @param mounts text of `/proc/mounts`; undefined where there is none.
 */
export function slowPlaceNews(root: string, mounts: string | undefined): readonly Told[] {
  const holds = ({ point }: Mount): boolean =>
    point === '/' || root === point || root.startsWith(`${point}/`);
  // Of two at one place the later one lies above.
  const mount = mountsIn(mounts ?? '')
    .filter(holds)
    .reduce<Mount | undefined>(
      (best, one) => (best === undefined || one.point.length >= best.point.length ? one : best),
      undefined,
    );
  if (mount === undefined || mount.point === '/' || !FAR.test(mount.type)) return [];
  const isWindows = mount.type === 'drvfs' || mount.options.includes('aname=drvfs');
  const where = isWindows ? `Windows’ disk (${mount.point})` : `${mount.point} (${mount.type})`;
  const cure = isWindows
    ? 'clone it into WSL’s own disk: git clone … ~/'
    : 'clone it onto a disk of this machine';
  const text = `the clone lies on ${where}: installs, builds and the watch are many times slower there; ${cure}`;
  return [{ key: `slow place ${mount.point} ${mount.type}`, text }];
}
