import type { Failure } from '../../events/failure.ts';
import type { Clock } from '../../ports/clock.ts';
import type { World } from '../../ports/world.ts';
import { lineLink } from '../../session/line-link.ts';
import { MAX_LINE_BYTES } from '../../session/protocol-limits.ts';
import { fail, ok } from '../../util/result.ts';
import type { Result } from '../../util/result.ts';
import { ensureInstanceFolders } from '../project/instance-folders.ts';
import { openSession } from './open-session.ts';
import type { RunSessionRequest } from './open-session.ts';
import { createSessionEnd, watchGrounds } from './session-end.ts';
import type { Grounds } from './session-end.ts';

/** How long a session that just was killed may seem to hold its lock. */
const LOCK_PATIENCE_MS = 6_000;
const END_PATIENCE_MS = 10_000;

const SOMEBODY_ELSE: Failure = {
  reason: 'service',
  what: 'another process listens at the session’s socket',
  cure: 'dev down, then dev up',
};

/**
 * The supervisor: runs until it is told to stop, its signal is aborted, or its project's folder is
 * gone. Fails when another one runs for this project already.
 */
export async function runSession(
  request: RunSessionRequest,
  world: World,
  signal: AbortSignal,
): Promise<Result<string, Failure>> {
  const { clock, files, locks } = world;
  const { places, root } = request;
  const paths = places.session;
  const made = ensureInstanceFolders(places, world);
  if (!made.ok) return made;
  const waits = { patienceMs: LOCK_PATIENCE_MS, signal };
  const lock = await locks.acquire(paths.lock, 'the session', waits);
  if (!lock.ok) return lock;
  const end = createSessionEnd(signal);
  const grounds: Grounds = { files, root, socket: paths.socket, stop: end.stop };
  const opened = await openSession(request, world, end, grounds);
  const { session, clients, keeper, stateFile, log } = opened;
  const { sockets } = await world.live();
  const listening = await sockets.listen(
    { socket: paths.socket, key: places.socketKey },
    (connection) => clients.welcome(lineLink(connection, MAX_LINE_BYTES)),
    { isSole: true },
  );
  if (!listening.ok || listening.value === undefined) {
    await lock.value.release();
    return listening.ok ? fail(SOMEBODY_ELSE) : listening;
  }
  const listener = listening.value;
  const over = new AbortController();
  void stateFile.keep(over.signal);
  void watchGrounds(grounds, clock, over.signal);
  // Whoever mends the definition must be noticed.
  if (!(await session.start())) keeper.defineNothing();
  const reason = await end.ended;
  // Whatever does not end by itself, of a folder or an engine that is gone, holds nobody up.
  await Promise.race([keeper.close().then(() => session.stop(reason)), patience(clock)]);
  over.abort();
  stateFile.write();
  await Promise.race([listener.close(), patience(clock)]);
  files.remove(paths.socket);
  log.close();
  await lock.value.release();
  return ok(reason);
}

/** As long as the end of one part of the session is waited for. */
function patience(clock: Pick<Clock, 'sleep'>): Promise<void> {
  return clock.sleep(END_PATIENCE_MS);
}
