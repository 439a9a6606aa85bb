import type { Failure } from '../events/failure.ts';
import type { Context } from '../model/project.ts';
import type { Connection, Sockets } from '../ports/sockets.ts';
import type { World } from '../ports/world.ts';
import type { Located } from '../app/project/locate.ts';
import { DashboardHost } from './dashboard-host.ts';
import type { DashboardWorld } from './dashboard-host.ts';
import { connectSession } from '../app/session/client.ts';
import { createAddresses } from './named-addresses.ts';
import { readDashboardProject } from './read-project.ts';
import { ok, type Result } from '../util/result.ts';
import { linkSession } from './session-link.ts';

/** A host that nobody is attached to and that has no session ends after so long. */
const ALONE_MS = 10_000;
/** Whether it is alone, or its socket gone, is looked at this often. */
const LOOK_MS = 2_000;

export interface DashboardServeRequest {
  readonly located: Located;
  readonly context: Context;
  readonly signal: AbortSignal;
}

export type ServeWorld = Pick<World, 'files' | 'host' | 'clock' | 'live' | 'processes'> &
  DashboardWorld & { readonly sockets: Sockets };

/**
 * Hosts the panes until the session ends: the background process behind every attached dashboard.
 * Ends at once when another one serves this project already.
 */
export async function serveDashboard(
  request: DashboardServeRequest,
  world: ServeWorld,
): Promise<Result<undefined, Failure>> {
  const { located, context, signal } = request;
  // Whoever comes before there is a host waits for it.
  let take: (connection: Connection) => void = (connection) => void waiting.push(connection);
  const waiting: Connection[] = [];
  const { places } = located;
  const path = places.dashboard.socket;
  const at = { socket: path, key: places.socketKey };
  const listening = await world.sockets.listen(at, (connection) => take(connection));
  if (!listening.ok) return listening;
  if (listening.value === undefined) return ok(undefined);

  const link = linkSession(() => connectSession(places, world), world.clock);
  const running = new DashboardHost({
    readProject: () => readDashboardProject(located, context, world),
    link,
    world,
    addresses: createAddresses(located, world),
  });
  const over = new AbortController();
  let stopping = false;
  link.onStopping(() => {
    stopping = true;
  });
  link.onChange(() => {
    // A session that said that it ends and then is gone: `dev down`.
    if (stopping && !link.isLinked) over.abort();
    if (link.isLinked) stopping = false;
  });
  signal.addEventListener('abort', () => over.abort(), { once: true });
  // A key pressed at what the client showed meanwhile must find here what it was pressed at.
  await link.ready;
  take = (connection) => running.connect(connection);
  waiting.forEach(take);
  let aloneSinceMs: number | undefined;
  let reason = 'the environment was stopped (dev up starts it)';
  while (!over.signal.aborted) {
    await world.clock.sleep(LOOK_MS, over.signal).catch(() => undefined);
    const isAlone = running.clientCount === 0 && !link.isLinked;
    aloneSinceMs = isAlone ? (aloneSinceMs ?? world.clock.steady()) : undefined;
    if (aloneSinceMs !== undefined && world.clock.steady() - aloneSinceMs >= ALONE_MS) over.abort();
    if (!world.files.isDirectory(located.root)) {
      reason = `${located.root} is gone: the project was deleted`;
      over.abort();
    } else if (!world.files.exists(path)) {
      // Nobody finds it there any more.
      reason = `${path} is gone: the project was cleaned (dev up makes it again)`;
      over.abort();
    }
  }
  running.close(reason);
  void listening.value.close();
  return ok(undefined);
}
