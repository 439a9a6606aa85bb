import type Docker from 'dockerode';
import { posix } from 'node:path';
import { PassThrough } from 'node:stream';
import { extract, pack, type Header } from 'tar-stream';
import { statusOf } from './failure.ts';
import type { Account } from '../../util/accounts.ts';

/** An engine that does not do it leaves things as they would be anyway. */
function refused(error: unknown): undefined {
  if (statusOf(error) === undefined) throw error;
}

/** A folder of a container that is root's and has nothing in it; undefined for all others. */
async function freshFolder(container: Docker.Container, path: string): Promise<Header | undefined> {
  const archive = await container.getArchive({ path }).catch(refused);
  if (archive === undefined) return undefined;
  let folder: Header | undefined;
  // Leaving the loop ends the stream: whatever else is in it is not read.
  for await (const entry of archive.pipe(extract())) {
    if (folder !== undefined) return undefined;
    folder = entry.header;
    entry.resume();
  }
  return folder?.type === 'directory' && folder.uid === 0 ? folder : undefined;
}

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
  for (const { Type: type, RW: isWritable, Destination: path } of mounts) {
    if (type !== 'volume' || !isWritable || path === '/') continue;
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
