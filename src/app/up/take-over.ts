import { dirname, join } from 'node:path';
import type { Failure } from '../../events/failure.ts';
import type { Progress } from '../../events/progress.ts';
import type { Places } from '../../model/places.ts';
import type { Files } from '../../ports/files.ts';
import type { World } from '../../ports/world.ts';
import { fail, ok, type Result } from '../../util/result.ts';
import { stopOldSession } from '../session/ensure-session.ts';

type TakeOverWorld = Pick<World, 'files' | 'live' | 'clock' | 'processes'>;

/** What older versions kept in `.dev` and what goes on; the same names are in the new place. */
const CERTIFICATES = ['ca.crt', 'ca.key', 'server.crt', 'server.key'];
const STATE = [
  'ports.json',
  'selection.json',
  'activation.json',
  'told.json',
  'compiled.json',
  'last-applied.json',
  'session.json',
];
const LOGS = ['session.ndjson', 'session.ndjson.1', 'session.log', 'dash.log'];
const HISTORY = 'state/tools/history';

/** What is left of it when all that goes on was copied. */
const LEFT = [
  ...['state', 'logs', 'lock', 'lock.lock', 'session.lock', 'session.lock.lock', 'settings.lock'],
  ...['session.sock', 'dash.sock', 'certs/ca.key', 'certs/server.crt', 'certs/server.key'],
  'certs/bundle.jks',
];
/** The old credentials, once they are copied. */
const MOVED_SECRETS = 'moved-secrets';

/** A holder of a lock refreshes it more often than this. */
const STALE_MS = 10_000;
const LOOK_MS = 500;

/**
 * Moves over what an older version of the tool kept in `.dev`: keys, credentials, state and logs.
 * Everything is copied before anything is removed, and each step may be repeated: a kill in between
 * leaves what the next run completes. Links are not followed, nor taken along.
 */
export async function takeOver(
  places: Places,
  world: TakeOverWorld,
  { report, signal }: Progress,
): Promise<Result<void, Failure>> {
  const { dev, root, state } = places;
  await stopOldSession(join(dev, 'session.sock'), world);
  const free = await awaitOldLock(join(dev, 'lock.lock'), world, { report, signal });
  if (!free.ok) return free;
  const files = world.files.confined(root);
  const copied = copyAll(places, files);
  if (!copied.ok) return copied;
  const { kind } = files.stat(join(dev, 'secrets')) ?? {};
  if (kind === 'directory' && files.stat(join(dev, MOVED_SECRETS)) !== undefined) {
    // Killed after the move, and an older version has made others since: they open nothing.
    const aside = join(dev, `not-used-secrets-${String(world.clock.now())}`);
    const moved = files.rename(join(dev, 'secrets'), aside);
    if (!moved.ok) return moved;
  } else if (kind === 'directory') {
    // In one step: an older version finds all of them there, or none and a file that stops it.
    const moved = files.rename(join(dev, 'secrets'), join(dev, MOVED_SECRETS));
    if (!moved.ok) return moved;
  }
  for (const name of [MOVED_SECRETS, ...LEFT, ...(kind === 'link' ? ['secrets'] : [])]) {
    const removed = files.remove(join(dev, name));
    if (!removed.ok) return removed;
  }
  const text = `moved keys, credentials, state and logs out of the project: from .dev to ${state}`;
  report({ kind: 'note', level: 'info', text });
  return ok(undefined);
}

/** An older version at work holds a lock of its own. */
async function awaitOldLock(
  lock: string,
  { files, clock }: TakeOverWorld,
  { report, signal }: Progress,
): Promise<Result<void, Failure>> {
  // Written in what is to come, when the clock was set back since: that is no sign of life either.
  const isHeld = (): boolean =>
    // eslint-disable-next-line no-restricted-syntax -- a file's time is the machine's
    Math.abs(clock.now() - (files.modifiedMs(lock) ?? 0)) < STALE_MS;
  if (!isHeld()) return ok(undefined);
  const text = 'waiting: an older version of dev is at work here';
  report({ kind: 'note', level: 'info', text });
  while (isHeld()) {
    await clock.sleep(LOOK_MS, signal).catch(() => undefined);
    if (signal.aborted) return fail({ reason: 'interrupted', what: 'interrupted while waiting' });
  }
  return ok(undefined);
}

function copyAll(places: Places, files: Files): Result<void, Failure> {
  const { dev, state, secrets, ca, logs, checkLogs, ports, tools } = places;
  const under = (folder: string): readonly string[] =>
    files.stat(folder)?.kind === 'directory' ? files.list(folder) : [];
  const old = (folder: string): string => join(dev, folder);
  const pairs = (from: string, to: string, names: readonly string[]) =>
    names.map((name) => [join(old(from), name), join(to, name)] as const);
  // When they have been put aside, what is there now is not what the data was made with.
  const areMoved = files.stat(old(MOVED_SECRETS)) !== undefined;
  const all = [
    ...(areMoved ? [] : pairs('secrets', secrets, under(old('secrets')))),
    ...pairs('certs', dirname(ca.key), CERTIFICATES),
    ...pairs('state', dirname(ports), STATE),
    ...pairs('logs', logs, LOGS),
    ...pairs('logs/checks', checkLogs, under(old('logs/checks'))),
    ...pairs(HISTORY, join(tools.folder, 'history'), under(old(HISTORY))),
  ];
  for (const [from, to] of all) {
    const copied = copy(from, to, files, state);
    if (!copied.ok) return copied;
  }
  return ok(undefined);
}

/** Copies a file; what is none, a link above all, is left where it is. */
function copy(from: string, to: string, files: Files, state: string): Result<void, Failure> {
  if (files.stat(from)?.kind !== 'file') return ok(undefined);
  const bytes = files.readBytes(from);
  if (!bytes.ok) return bytes;
  if (bytes.value === undefined) return ok(undefined);
  const folder = dirname(to);
  const made =
    files.stat(folder)?.kind === 'directory'
      ? ok(undefined)
      : files.makeDirectory(folder, { mode: 0o700 });
  if (!made.ok) return made;
  // A credential that is only moved is the same one: by when it was written it is told from another.
  const modifiedMs = files.modifiedMs(from);
  const at = modifiedMs === undefined ? {} : { modifiedMs };
  const written = files.writeAtomic(to, bytes.value, { mode: 0o600, ...at });
  if (written.ok) return written;
  const cure = written.failure.cure ?? `Make ${state} writable for you; nothing was removed`;
  return fail({ ...written.failure, cure });
}
