import type Docker from 'dockerode';
import { posix } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { extract, pack, type Header } from 'tar-stream';
import { statusOf } from './failure.ts';
import type { Account } from '../../util/accounts.ts';

/** An engine that does not do it leaves things as they would be anyway. */
function refused(error: unknown): undefined {
  if (statusOf(error) === undefined) throw error;
}

/**
 * The first two entries of an archive. The engine keeps the container for itself until it is rid of all that
 * is in there: what follows is not taken.
 */
function firstEntries(archive: Readable): Promise<readonly Header[]> {
  return new Promise((resolve) => {
    const headers: Header[] = [];
    const end = (found: readonly Header[]): void => {
      resolve(found);
      archive.destroy();
    };
    const reader = extract();
    reader.on('entry', (header, body, next) => {
      headers.push(header);
      if (headers.length === 2) {
        end(headers);
        return;
      }
      body.resume();
      next();
    });
    reader.on('finish', () => {
      end(headers);
    });
    // What breaks off has told nothing.
    for (const one of [reader, archive]) {
      one.on('error', () => {
        end([]);
      });
    }
    archive.pipe(reader);
  });
}

/** A folder of a container that is root's and has nothing in it; undefined for all others. */
async function freshFolder(container: Docker.Container, path: string): Promise<Header | undefined> {
  const archive = await container.getArchive({ path }).catch(refused);
  if (archive === undefined) return undefined;
  const source = archive instanceof Readable ? archive : Readable.from(archive);
  const [folder, ...contents] = await firstEntries(source);
  const isFresh = folder?.type === 'directory' && folder.uid === 0 && contents.length === 0;
  return isFresh ? folder : undefined;
}

/** The tool's own, which are filled otherwise. */
const isOwn = (volume = ''): boolean => /^onestack-(?:cache|deps)-/.test(volume);

/**
 * Gives the person the volumes of a container that was not started yet and runs as the person, where
 * nothing was written to them: the engine makes them root's, and nobody else could write there.
 */
export async function giveVolumes(
  container: Docker.Container,
  { uid, gid }: Account,
): Promise<void> {
  const { Mounts: mounts, Config: config } = await container.inspect();
  if (uid === 0 || config.User !== `${String(uid)}:${String(gid)}`) return;
  for (const { Type: type, Name: volume, RW: isWritable, Destination: path } of mounts) {
    if (type !== 'volume' || !isWritable || path === '/' || isOwn(volume)) continue;
    const folder = await freshFolder(container, path);
    if (folder === undefined) continue;
    const archive = pack();
    const name = posix.basename(path);
    archive.entry({ name, type: 'directory', mode: folder.mode, uid, gid });
    archive.finalize();
    // One whose file system is read-only by the definition cannot be given anything.
    const given = archive.pipe(new PassThrough());
    await container.putArchive(given, { path: posix.dirname(path) }).catch(refused);
  }
}
