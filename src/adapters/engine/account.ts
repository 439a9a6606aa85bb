import type Docker from 'dockerode';
import { text } from 'node:stream/consumers';
import { PassThrough } from 'node:stream';
import { extract, pack } from 'tar-stream';
import { statusOf, unless } from './failure.ts';
import { withAccount, type Account } from '../../util/accounts.ts';

const PASSWD = '/etc/passwd';
const GROUP = '/etc/group';

/** A file of a container, running or not; undefined where there is none, or a link in its place. */
async function read(container: Docker.Container, path: string): Promise<string | undefined> {
  const archive = await container.getArchive({ path }).catch(unless(404));
  if (archive === undefined) return undefined;
  let found: string | undefined;
  for await (const entry of archive.pipe(extract())) {
    const contents = await text(entry);
    if (entry.header.type === 'file') found = contents;
  }
  return found;
}

/** What the project mounts there is its own, and may be the host's. */
const hidesUsers = (target: string): boolean => ['/', '/etc', PASSWD, GROUP].includes(target);

/** Gives the person a name in a container that was not started yet. One without users is left so. */
export async function giveAccount(container: Docker.Container, account: Account): Promise<void> {
  const { Mounts: mounts } = await container.inspect();
  if (mounts.some(({ Destination: target }) => hidesUsers(target))) return;
  const [passwd, group] = await Promise.all([read(container, PASSWD), read(container, GROUP)]);
  if (passwd === undefined) return;
  const changed = withAccount({ passwd, group }, account);
  if (changed === undefined) return;
  const archive = pack();
  archive.entry({ name: PASSWD.slice(1), mode: 0o644 }, changed.passwd);
  if (changed.group !== undefined) {
    archive.entry({ name: GROUP.slice(1), mode: 0o644 }, changed.group);
  }
  archive.finalize();
  try {
    await container.putArchive(archive.pipe(new PassThrough()), { path: '/' });
  } catch (error) {
    // A file system that is read-only by the definition: it runs without a name, as it would anyway.
    if (statusOf(error) === undefined) throw error;
  }
}
