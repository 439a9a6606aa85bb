import { dirname, join } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import type { Report } from '../../events/progress.ts';
import { unclaimedPlaces } from '../../generate/instance-places.ts';
import { ensurePrivate } from '../../generate/private-folder.ts';
import type { DeliveryPlaces } from '../../model/places.ts';
import type { World } from '../../ports/world.ts';
import type { Sources } from '../../release/sources.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { uncommitted } from './read-sources.ts';
import { clearRun, runLock } from './sweep.ts';

/** Where a commit is laid out while somebody works with it. */
export interface CommitWorkspace {
  /** The project's folder. */
  readonly root: string;
  /** `3f2a1bc-5k2j`: unique on this machine. */
  readonly id: string;
  /** Absolute. */
  readonly folder: string;
}

type WorkspaceWorld = Pick<World, 'files' | 'host' | 'locks' | 'clock'>;

/** Where what runs make of a project lies: there, and nobody else's business. */
export function ensureDelivery(
  root: string,
  world: Pick<World, 'files' | 'host'>,
): Result<DeliveryPlaces, Failure> {
  const { delivery } = unclaimedPlaces(root, world);
  const { folder } = delivery;
  const folders = [dirname(dirname(folder)), dirname(folder), folder];
  const closed = ensurePrivate(folders, world.files, world.host.uid);
  return closed.ok ? ok(delivery) : closed;
}

/**
 * Gives `work` a folder that is nobody else's while it lasts, outside of the project: what it builds,
 * or a link in it, can change nothing here. What it worked with is removed afterwards.
 * @param keepsLogs whether the folder itself, with the logs in it, stays.
 */
export async function inWorkspace<T>(
  { root, sources, keepsLogs }: { root: string; sources: Sources; keepsLogs: boolean },
  world: WorkspaceWorld,
  work: (workspace: CommitWorkspace) => Promise<Result<T, readonly Failure[]>>,
): Promise<Result<T, readonly Failure[]>> {
  const unique = `${world.clock.now().toString(36)}${keepsLogs ? '' : crypto.randomUUID().slice(0, 4)}`;
  const id = `${sources.commit.slice(0, 7)}-${unique}`;
  const delivery = ensureDelivery(root, world);
  if (!delivery.ok) return fail([delivery.failure]);
  const folder = join(delivery.value.runs, id);
  const made = world.files.makeDirectory(folder);
  if (!made.ok) return fail([made.failure]);
  const lock = await world.locks.acquire(runLock(folder), 'dev ci', { patienceMs: 0 });
  if (!lock.ok) return fail([lock.failure]);
  try {
    return await work({ root, id, folder });
  } finally {
    clearRun(folder, world);
    await lock.value.release();
    if (!keepsLogs) world.files.remove(folder);
  }
}

/** What is not committed is in no image; whoever forgot it should know. */
export async function noteUncommitted(
  root: string,
  world: Pick<World, 'processes' | 'host'>,
  report: Report,
  left: string,
): Promise<void> {
  const changed = await uncommitted(root, world, '.');
  if (!changed.ok || changed.value.length === 0) return;
  const [first = ''] = changed.value;
  const more = changed.value.length > 1 ? ` and ${String(changed.value.length - 1)} more` : '';
  const text = `${first}${more} not committed: ${left}`;
  report({ kind: 'note', level: 'warning', text });
}
