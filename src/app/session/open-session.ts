import { join } from 'node:path';
import { checkWays } from '../build/check-ways.ts';
import { createAnyRunner } from '../../checks/any-runner.ts';
import { createShellPool } from '../../checks/shell-pool.ts';
import type { Failure } from '../../events/failure.ts';
import type { Context } from '../../model/project.ts';
import type { World } from '../../ports/world.ts';
import { createSessionClients } from '../../session/session-clients.ts';
import type { SessionClients } from '../../session/session-clients.ts';
import { createSession } from '../../session/session.ts';
import type { Session } from '../../session/session.ts';
import { oneLine } from '../../util/terminal-text.ts';
import { definedServices } from '../project/defined-services.ts';
import type { Located } from '../project/locate.ts';
import { sessionEnvironment } from './environment.ts';
import { notification } from './notification.ts';
import { endWithoutGrounds } from './session-end.ts';
import type { Grounds, SessionEnd } from './session-end.ts';
import { sharedLock } from './shared-lock.ts';
import { createStateFile, killedAtMs } from './state-file.ts';
import type { StateFile } from './state-file.ts';
import { syncFiles } from './sync-files.ts';
import { createWatchKeeper } from './watch.ts';
import type { WatchKeeper } from './watch.ts';

export interface RunSessionRequest extends Located {
  readonly context: Context;
  /** The project's name. */
  readonly project: string;
  /** What was edited from then on, epoch milliseconds, is told as if it had been watched. */
  readonly editsSinceMs?: number;
}

/** What of a session's process is closed one by one at its end. */
export interface OpenedSession {
  readonly session: Session;
  readonly clients: SessionClients;
  readonly keeper: WatchKeeper;
  readonly stateFile: StateFile;
  readonly log: { close(): void };
}

/** Puts the session, its watch, its clients and its files together; nothing of it runs yet. */
export async function openSession(
  request: RunSessionRequest,
  world: World,
  end: SessionEnd,
  grounds: Grounds,
): Promise<OpenedSession> {
  const { clock, files, processes, host } = world;
  const { places, root } = request;
  const paths = places.session;
  const editsSinceMs = editsSince(request, files);
  const live = await world.live();
  const engine = await world.engine();
  const onTrouble = (key: string, what: string) => (error: Error | undefined) =>
    tellTrouble(session, { key, what, error });
  const log = live.eventLog(paths.log, onTrouble('log', 'the event log cannot be written'));
  const logs = live.checkLogs(
    places.checkLogs,
    onTrouble('check-log', 'the output of failed checks cannot be kept'),
  );
  const choice = world.engineChoice();
  const pool = createShellPool(engine, clock);
  const exists = (path: string): boolean => files.exists(join(root, path));
  const session: Session = createSession({
    ...{ engine, clock, pool },
    runner: createAnyRunner({ pool, clock, logs, exists, way: checkWays(root, world) }),
    environment: sessionEnvironment(root, places, request.context, world, ({ ...event }) => {
      if (event.kind === 'note') world.terminal.stdout.write(`${oneLine(event.text)}\n`);
    }),
    identity: {
      ...{ ...request, pid: host.pid, version: host.toolVersion },
      ...(choice.ok && { engine: choice.value.address }),
    },
    onEvent: (event) => {
      clients.broadcast(event);
      if (event.kind !== 'check-output') log.append(JSON.stringify(event));
      stateFile.changed();
    },
    onTurn: (turn, desktop) => {
      if (desktop) void processes.run(notification(turn, request.project, host.platform));
    },
    sync: {
      ...syncFiles(files, live.looks),
      exclusively: sharedLock(places, world, end.signal),
    },
    mayEnd: (service) =>
      definedServices(places, files).find(({ name }) => name === service)?.mayEnd ?? true,
    modifiedMs: (path) => files.modifiedMs(join(root, path)),
    onDefined: ({ project, settings, files: read, develop }) =>
      keeper.define({
        ...{ modules: project.modules, watch: settings.watch, files: read },
        sync: develop?.rules ?? [],
      }),
    onStop: (reason) => end.stop(reason),
  });
  const stateFile = createStateFile({
    ...{ clock, files, path: paths.state, folder: places.state },
    state: () => session.state,
  });
  const clients = createSessionClients({
    clock,
    identity: { version: host.toolVersion, pid: host.pid, project: request.project },
    state: () => session.state,
    intend: (intent) => session.intend(intent),
  });
  const keeper = createWatchKeeper({
    ...{ watcher: await live.watcher(), looks: live.looks, clock, files, root, places },
    ...(editsSinceMs !== undefined && { editsSinceMs }),
    onChange: (change) => {
      if (!endWithoutGrounds(grounds)) session.changed(change);
    },
    emit: (happening) => session.emit(happening),
  });
  return { session, clients, keeper, stateFile, log };
}

/** From when on edits are told. What was edited after a session was killed, nobody has seen yet. */
function editsSince(
  { editsSinceMs, places }: RunSessionRequest,
  files: World['files'],
): number | undefined {
  const beginnings = [editsSinceMs, killedAtMs(places.session.state, files)];
  const since = beginnings.filter((ms) => ms !== undefined);
  return since.length === 0 ? undefined : Math.min(...since);
}

/** A file of the session's own cannot be written, or can be again. */
function tellTrouble(
  session: Session,
  {
    key,
    what,
    error,
  }: { readonly key: string; readonly what: string; readonly error: Error | undefined },
): void {
  if (error === undefined) {
    session.emit({ kind: 'problem-solved', key });
    return;
  }
  const failure: Failure = {
    reason: 'files',
    what,
    why: error.message,
    cure: 'make room (dev images prune, docker system df); it goes on by itself then',
  };
  session.emit({ kind: 'problem', key, level: 'warning', failures: [failure] });
}
