/**
 * Shell text for a container that has one volume at `/volume`, and nothing else of anybody's. What is
 * restored is unpacked into a folder of the volume itself, compared, and then changes places with what
 * lies beside it. Each text can be killed at any moment and be run again.
 */

/** What such a folder is called, with a salt behind it. */
export const STAGE = '.onestack-restore-';

/** Same files, same bytes: order by name, and no times but those of contents. */
const PACK =
  "tar --create --file=- --sort=name --numeric-owner --format=posix --acls --xattrs --xattrs-include='*' " +
  "--pax-option='exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime'";

/** Writes all that the volume holds to stdout. */
export const PACK_VOLUME = `exec ${PACK} --directory=/volume --anchored --exclude='./${STAGE}*' .`;

/** Reads an archive and lists the kinds of its members, a letter and a name a line. */
export const LIST_ARCHIVE = `exec tar --list --verbose --numeric-owner --quoting-style=escape --file=-`;

/** Unpacks stdin into the folder `$1`, and prints the sha256 of the same packed again. */
export const UNPACK_BESIDE = `
set -eu
umask 077
cd /volume
mkdir -p -- "$1/new"
tar --extract --file=- --directory="$1/new" --numeric-owner --same-owner --same-permissions \\
  --acls --xattrs --xattrs-include='*' >&2
touch --reference="$1/new" "$1/when"
sync -f .
${PACK} --directory="$1/new" . | sha256sum | cut -d' ' -f1`;

/**
 * Puts right what a swap that was cut off has left: backward while the old files were still being put
 * aside, forward once all of them were.
 */
export const FINISH_SWAPS = `
set -eu
cd /volume
for stage in ${STAGE}*; do
  [ -d "$stage" ] && [ ! -L "$stage" ] || continue
  if [ -e "$stage/aside" ]; then
    find "$stage/new" -mindepth 1 -maxdepth 1 -exec mv -t . -- {} +
    chown --reference="$stage/new" . && chmod --reference="$stage/new" .
    [ ! -e "$stage/when" ] || touch --reference="$stage/when" /tmp/when
    echo forward
  elif [ -d "$stage/old" ]; then
    find "$stage/old" -mindepth 1 -maxdepth 1 -exec mv -t . -- {} +
    echo back
  fi
  sync -f .
  rm -rf -- "$stage"
  [ ! -e /tmp/when ] || touch --reference=/tmp/when .
done`;

/** The files of `$1` and those of the volume change places. */
export const SWAP = `
set -eu
cd /volume
mkdir -- "$1/old"
find . -mindepth 1 -maxdepth 1 ! -name "$1" -exec mv -t "$1/old" -- {} +
sync -f .
: >"$1/aside"
sync -f .
${FINISH_SWAPS}`;

/** Members of an archive that no volume of a service is restored from: devices, and our own folder. */
export function archiveProblem(line: string): string | undefined {
  if (line.startsWith('b') || line.startsWith('c'))
    return `it holds a device: ${line.slice(0, 120)}`;
  if (line.includes(` ./${STAGE}`) || line.includes(` ${STAGE}`)) {
    return `it holds a name that is the tool's own: ${STAGE}`;
  }
  return undefined;
}
