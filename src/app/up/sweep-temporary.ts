import { basename, dirname, join } from 'node:path';
import type { Report } from '../../events/progress.ts';
import { personFolder } from '../../generate/person-folder.ts';
import { knownInstance } from '../../generate/instance.ts';
import { SETTINGS_FILE } from '../../definitions/change-setting.ts';
import { privateFolders, type Places } from '../../model/places.ts';
import type { World } from '../../ports/world.ts';

/**
 * Removes the half-written files of processes that were killed, from wherever the tool writes. For
 * who has the project's lock. In the project's own folder only those of files that are the tool's.
 */
export function sweepTemporary(
  unclaimed: Places,
  world: Pick<World, 'files' | 'host' | 'clock' | 'locks'>,
  report: Report,
): void {
  const { files, host } = world;
  const { root, dev, lock } = unclaimed;
  const known = knownInstance(root, { ...world, report });
  const places = (known.ok && known.value?.places) || unclaimed;
  const generated = files.list(dev).map((name) => join(dev, name));
  const folders = [personFolder(host), dirname(lock), ...privateFolders(places), dev, ...generated];
  const settings = files
    .abandoned(root)
    .filter((path) => basename(path).startsWith(`${SETTINGS_FILE}.`));
  const found = [...folders.flatMap((folder) => files.abandoned(folder)), ...settings];
  const removed = found.filter((path) => files.confined(root).remove(path).ok);
  if (removed.length === 0) return;
  const count = removed.length === 1 ? 'a file' : `${String(removed.length)} files`;
  const text = `removed ${count} that a dev which was killed had begun to write`;
  report({ kind: 'note', level: 'info', text });
}
