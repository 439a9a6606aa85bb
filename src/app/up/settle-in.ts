import { basename, join } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import type { Progress, Report } from '../../events/progress.ts';
import { instanceRecord, writeRecord } from '../../generate/claims.ts';
import { ensureDevFolder } from '../../generate/dev-folder.ts';
import { ensureFile } from '../../generate/ensure-file.ts';
import type { Places } from '../../model/places.ts';
import type { World } from '../../ports/world.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { ensureInstanceFolders } from '../project/instance-folders.ts';
import { takeOver } from './take-over.ts';

type SettleWorld = Pick<World, 'files' | 'host' | 'live' | 'clock' | 'processes'>;

/** In the place of the folder in which older versions made credentials: there they stop. */
const BARRIER = `Credentials and keys of this project are in the person's own state folder,
outside of the project: code in containers does not reach them there.
This file keeps older versions of the tool, which know nothing of that, from making others.
`;

/**
 * Makes sure that a project's folders are there and in order, its own and the person's. What an
 * older version kept in `.dev` is moved over, once. What merely came with the repository under the
 * same names is nobody's credentials, and is put aside.
 */
export async function settleIn(
  places: Places,
  world: SettleWorld,
  progress: Progress,
): Promise<Result<void, Failure>> {
  const { files } = world;
  const made = ensureInstanceFolders(places, world);
  if (!made.ok) return made;
  const id = basename(places.state);
  const record = instanceRecord(id, world);
  if (record?.takesOver === true) {
    const dev = files.stat(places.dev);
    if (dev?.kind === 'directory') {
      const taken = await takeOver(places, world, progress);
      if (!taken.ok) return taken;
    }
    const noted = writeRecord(id, { ...record, takesOver: false }, world);
    if (!noted.ok) return noted;
  } else {
    const aside = putAside(places, world, progress.report);
    if (!aside.ok) return aside;
  }
  const folder = ensureDevFolder(places, files);
  if (!folder.ok) return folder;
  const own = files.confined(places.root);
  const barrier = ensureFile(own, join(places.dev, 'secrets'), BARRIER);
  return barrier.ok ? ok(undefined) : barrier;
}

/** Names below `.dev` that older versions used, and which are not ours to find there. */
const STRANGE = ['secrets', 'state', 'logs', 'certs/ca.key', 'certs/server.key'];

function putAside(
  { root, dev }: Places,
  { files, clock }: SettleWorld,
  report: Report,
): Result<void, Failure> {
  if (files.stat(dev)?.kind !== 'directory') return ok(undefined);
  const own = files.confined(root);
  const certs = files.stat(join(dev, 'certs'));
  const names = certs !== undefined && certs.kind !== 'directory' ? ['certs'] : [];
  const found = [...names, ...STRANGE].filter((name) => {
    const entry = files.stat(join(dev, name));
    return entry !== undefined && !(name === 'secrets' && entry.kind === 'file');
  });
  for (const name of found) {
    const target = join(dev, `not-used-${name.replace('/', '-')}-${String(clock.now())}`);
    const moved = own.rename(join(dev, name), target);
    if (!moved.ok) return fail(moved.failure);
    const text = `${join('.dev', name)} came with the project and is not used; it is kept as ${join('.dev', basename(target))}`;
    report({ kind: 'note', level: 'warning', text });
  }
  return ok(undefined);
}
