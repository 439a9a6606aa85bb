import { join } from 'node:path';
import { createAnyRunner } from '../../checks/any-runner.ts';
import { createShellPool } from '../../checks/shell-pool.ts';
import type { Failure } from '../../events/failure.ts';
import type { Context } from '../../model/project.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Files } from '../../ports/files.ts';
import type { World } from '../../ports/world.ts';
import { lineLink } from '../../session/line-link.ts';
import { MAX_LINE_BYTES } from '../../session/protocol-limits.ts';
import { createSessionClients } from '../../session/session-clients.ts';
import { createSession } from '../../session/session.ts';
import type { Session } from '../../session/session.ts';
import type { SessionState } from '../../state/session-state.ts';
import type { Turn } from '../../state/turns.ts';
import { fail, ok } from '../../util/result.ts';
import type { Result } from '../../util/result.ts';
import { oneLine } from '../../util/terminal-text.ts';
import type { Located } from '../project/locate.ts';
import { sessionEnvironment } from './environment.ts';
import { ensureInstanceFolders } from '../project/instance-folders.ts';
import { sharedLock } from './shared-lock.ts';
import { syncFiles } from './sync-files.ts';
import { createWatchKeeper } from './watch.ts';

export interface RunSessionRequest extends Located {
  readonly context: Context;
  /** The project's name. */
  readonly project: string;
  /** What was edited from then on, epoch milliseconds, is told as if it had been watched. */
  readonly editsSinceMs?: number;
}

/** How long a session that just was killed may seem to hold its lock. */
const LOCK_PATIENCE_MS = 6_000;
/** The state is written to disk at most this often. */
const STATE_REST_MS = 1_000;
/** Whether the folder is still there is looked at this often, and at every change. */
const ALIVE_REST_MS = 2_000;
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
  const { clock, files, processes, host } = world;
  const { places } = request;
  const paths = places.session;
  const made = ensureInstanceFolders(places, world);
  if (!made.ok) return made;
  const lock = await world.locks.acquire(paths.lock, 'the session', {
    patienceMs: LOCK_PATIENCE_MS,
    signal,
  });
  if (!lock.ok) return lock;
  // What was edited after a session was killed, nobody has seen yet.
  const beginnings = [request.editsSinceMs, killedAtMs(paths.state, files)];
  const since = beginnings.filter((ms) => ms !== undefined);
  const editsSinceMs = since.length === 0 ? undefined : Math.min(...since);
  const live = await world.live();
  const engine = await world.engine();
  let stop: (reason: string) => void = () => undefined;
  const ended = new Promise<string>((resolve) => {
    stop = resolve;
    const end = (): void => resolve('the process was told to end');
    // It may have been told while the lock was waited for.
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
  });
  const tellTrouble =
    (key: string, what: string) =>
    (error: Error | undefined): void => {
      if (error === undefined) session.emit({ kind: 'problem-solved', key });
      else {
        const failure: Failure = {
          reason: 'files',
          what,
          why: error.message,
          cure: 'make room (dev images prune, docker system df); it goes on by itself then',
        };
        session.emit({ kind: 'problem', key, level: 'warning', failures: [failure] });
      }
    };
  const log = live.eventLog(paths.log, tellTrouble('log', 'the event log cannot be written'));
  const pool = createShellPool(engine, clock);
  const runner = createAnyRunner({
    pool,
    clock,
    logs: live.checkLogs(
      places.checkLogs,
      tellTrouble('check-log', 'the output of failed checks cannot be kept'),
    ),
    exists: (path) => files.exists(join(request.root, path)),
  });
  let stateIsOld = false;
  const ending = new AbortController();
  void ended.then(() => ending.abort());
  const session: Session = createSession({
    engine,
    clock,
    pool,
    runner,
    environment: sessionEnvironment(
      request.root,
      places,
      request.context,
      world,
      ({ ...event }) => {
        if (event.kind === 'note') world.terminal.stdout.write(`${oneLine(event.text)}\n`);
      },
    ),
    identity: { ...request, pid: host.pid, version: host.toolVersion },
    onEvent: (event) => {
      clients.broadcast(event);
      if (event.kind !== 'check-output') log.append(JSON.stringify(event));
      stateIsOld = true;
    },
    onTurn: (turn, desktop) => {
      if (desktop) void processes.run(notification(turn, request.project, host.platform));
    },
    sync: {
      ...syncFiles(files, live.looks),
      exclusively: sharedLock(places, world, ending.signal),
    },
    modifiedMs: (path) => files.modifiedMs(join(request.root, path)),
    onDefined: ({ project, settings, files: read, develop }) =>
      keeper.define({
        ...{ modules: project.modules, watch: settings.watch, files: read },
        sync: develop?.rules ?? [],
      }),
    onStop: (reason) => stop(reason),
  });
  const clients = createSessionClients({
    clock,
    identity: { version: host.toolVersion, pid: host.pid, project: request.project },
    state: () => session.state,
    intend: (intent) => session.intend(intent),
  });
  const keeper = createWatchKeeper({
    watcher: await live.watcher(),
    looks: live.looks,
    clock,
    files,
    root: request.root,
    places,
    ...(editsSinceMs !== undefined && { editsSinceMs }),
    onChange: (change) => {
      if (!endWithoutFolder()) session.changed(change);
    },
    emit: (happening) => session.emit(happening),
  });

  const listening = await live.sockets.listen(
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
  void keepState();
  void watchFolder();
  // Whoever mends the definition must be noticed.
  if (!(await session.start())) keeper.defineNothing();
  const reason = await ended;
  // Whatever does not end by itself, of a folder or an engine that is gone, holds nobody up.
  await Promise.race([keeper.close().then(() => session.stop(reason)), patience(clock)]);
  over.abort();
  writeState();
  await Promise.race([listener.close(), patience(clock)]);
  files.remove(paths.socket);
  log.close();
  await lock.value.release();
  return ok(reason);

  function writeState(): void {
    if (!files.isDirectory(places.state)) return;
    const text = `${JSON.stringify(session.state)}\n`;
    // Everything waits for this write, saves too.
    files.writeAtomic(paths.state, text, { mode: 0o600, flush: false });
    stateIsOld = false;
  }

  async function keepState(): Promise<void> {
    while (!over.signal.aborted) {
      await clock.sleep(STATE_REST_MS, over.signal).catch(() => undefined);
      if (stateIsOld) writeState();
    }
  }

  /** Why the session has nothing to look after any more, or could be neither found nor told to end. */
  function whatIsGone(): string | undefined {
    if (!files.isDirectory(request.root)) return 'the project’s folder is gone';
    return files.exists(paths.socket) ? undefined : 'its socket is gone';
  }

  function endWithoutFolder(): boolean {
    const gone = whatIsGone();
    if (gone === undefined) return false;
    stop(gone);
    return true;
  }

  async function watchFolder(): Promise<void> {
    while (!over.signal.aborted && !endWithoutFolder()) {
      await clock.sleep(ALIVE_REST_MS, over.signal).catch(() => undefined);
    }
  }
}

/** As long as the end of one part of the session is waited for. */
function patience(clock: Pick<Clock, 'sleep'>): Promise<void> {
  return clock.sleep(END_PATIENCE_MS);
}

/** When the session before this one last told its state, if it was killed: its edits end there. */
function killedAtMs(
  stateFile: string,
  files: Pick<Files, 'read' | 'modifiedMs'>,
): number | undefined {
  const text = files.read(stateFile);
  try {
    // Written by a session of ours, whole; its end is the last thing that it writes.
    const { session } = JSON.parse((text.ok && text.value) || '{}') as Partial<SessionState>;
    return session?.state === 'running' ? files.modifiedMs(stateFile) : undefined;
  } catch {
    return undefined;
  }
}

/** The system's own command; where there is none, starting it fails and nobody hears of it. */
function notification(
  { module, to }: Turn,
  project: string,
  platform: NodeJS.Platform,
): readonly string[] {
  const title = `${project}: ${module}`;
  const text = to === 'good' ? 'all checks pass again' : 'a check fails';
  if (platform === 'darwin') {
    // The texts are arguments, not part of the script.
    const script = [
      'on run argv',
      'display notification (item 2 of argv) with title (item 1 of argv)',
      'end run',
    ];
    return ['osascript', ...script.flatMap((line) => ['-e', line]), title, text];
  }
  const icon = to === 'good' ? 'dialog-information' : 'dialog-error';
  return ['notify-send', '--app-name=dev', `--icon=${icon}`, title, text];
}
