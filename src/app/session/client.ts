import type { Failure } from '../../events/failure.ts';
import type { SessionEvent } from '../../events/session-event.ts';
import type { Places } from '../../model/places.ts';
import { policyOf } from '../../model/context-policy.ts';
import type { Context } from '../../model/project.ts';
import type { Files } from '../../ports/files.ts';
import type { Live } from '../../ports/live.ts';
import type { SocketPlace } from '../../ports/sockets.ts';
import type { World } from '../../ports/world.ts';
import { lineLink, type Link } from '../../session/line-link.ts';
import { MAX_SNAPSHOT_BYTES, PROTOCOL_VERSION } from '../../session/protocol-limits.ts';
import type { ClientMessage, Intent, IntentAnswer, ServerMessage } from '../../session/protocol.ts';
import type { SessionState } from '../../state/session-state.ts';
import { fail, ok } from '../../util/result.ts';
import type { Result } from '../../util/result.ts';
import { ensureInstanceFolders } from '../project/instance-folders.ts';
import type { Located } from '../project/locate.ts';

/** What it takes to find a session. */
export type SessionPlace = Pick<Places, 'session' | 'socketKey'>;

/** A connection to a project's session. */
export interface SessionClient {
  readonly version: string;
  readonly pid: number;
  /**
   * Resolves with the state as it now is; from then on every event goes to the listener. Undefined
   * when the session ended before it told.
   */
  subscribe(options: {
    readonly output: boolean;
    readonly onEvent: (event: SessionEvent) => void;
    /**
     * The state that the events after it build upon: at the beginning, and whenever events were
     * left out because this client read too slowly.
     */
    readonly onSnapshot?: (state: SessionState, dropped: number) => void;
  }): Promise<SessionState | undefined>;
  intend(intent: Intent): Promise<Result<IntentAnswer, Failure>>;
  /** Resolves when the session is gone or the connection was closed. */
  readonly closed: Promise<void>;
  close(): void;
}

const GONE: Failure = { reason: 'service', what: 'the session ended', cure: 'dev up' };
const HELLO_LIMIT_MS = 5_000;

/** What it takes to speak to one. */
interface TalkingWorld extends Pick<World, 'clock'> {
  live(): Promise<Pick<Live, 'sockets'>>;
}

/** Where one listens. */
interface TalkingPlace {
  readonly session: Pick<Places['session'], 'socket'>;
  readonly socketKey: string;
}

/** Connects to the running session; undefined when there is none that answers. */
export async function connectSession(
  place: TalkingPlace,
  world: TalkingWorld,
): Promise<SessionClient | undefined> {
  return connectAt(socketOf(place), world);
}

const socketOf = ({ session, socketKey }: TalkingPlace): SocketPlace => ({
  socket: session.socket,
  key: socketKey,
});

async function connectAt(
  place: SocketPlace,
  world: TalkingWorld,
): Promise<SessionClient | undefined> {
  const reached = await reach(place, world);
  return typeof reached === 'string' ? undefined : reached;
}

/** `mute`: there is one, and it does not say a word. */
async function reach(
  place: SocketPlace,
  world: TalkingWorld,
): Promise<SessionClient | 'none' | 'mute'> {
  const live = await world.live();
  const connection = await live.sockets.connect(place);
  if (connection === undefined) return 'none';
  return greet(lineLink(connection, MAX_SNAPSHOT_BYTES), world);
}

async function greet(
  link: Link,
  { clock }: Pick<World, 'clock'>,
): Promise<SessionClient | 'none' | 'mute'> {
  const answers = new Map<number, (result: Result<IntentAnswer, Failure>) => void>();
  let counter = 0;
  let listener: Parameters<SessionClient['subscribe']>[0] | undefined;
  let onSnapshot: ((state: SessionState | undefined) => void) | undefined;
  let isClosed = false;
  let lagged = 0;
  let onHello: ((hello: ServerMessage & { kind: 'hello' }) => void) | undefined;
  const hello = new Promise<ServerMessage & { kind: 'hello' }>((resolve) => {
    onHello = resolve;
  });
  const closed = new Promise<void>((resolve) => {
    link.onClose(() => {
      isClosed = true;
      onSnapshot?.(undefined);
      for (const resolveAnswer of answers.values()) resolveAnswer(fail(GONE));
      answers.clear();
      resolve();
    });
  });

  function receive(message: ServerMessage): void {
    switch (message.kind) {
      case 'hello':
        onHello?.(message);
        break;
      case 'snapshot':
        listener?.onSnapshot?.(message.state, lagged);
        lagged = 0;
        onSnapshot?.(message.state);
        onSnapshot = undefined;
        break;
      case 'event':
        listener?.onEvent(message.event);
        break;
      case 'lagged':
        lagged = message.dropped;
        break;
      case 'answer':
        answers.get(message.id)?.(message.result);
        answers.delete(message.id);
        break;
      default:
        // A newer session may say more than we know.
        break;
    }
  }
  // The session is this very program: what it sends is of the protocol's types.
  link.onLine((line) => receive(JSON.parse(line) as ServerMessage));
  const send = (message: ClientMessage): void => link.send(JSON.stringify(message));

  const late = new AbortController();
  const first = await Promise.race([
    hello,
    closed,
    clock.sleep(HELLO_LIMIT_MS, late.signal).then(
      () => 'late' as const,
      () => undefined,
    ),
  ]);
  late.abort();
  if (first === undefined || first === 'late') {
    link.close();
    return first === 'late' ? 'mute' : 'none';
  }
  return {
    version: first.protocol === PROTOCOL_VERSION ? first.version : `protocol ${first.protocol}`,
    pid: first.pid,
    subscribe: (options) =>
      new Promise((resolve) => {
        if (isClosed) {
          resolve(undefined);
          return;
        }
        listener = options;
        onSnapshot = resolve;
        send({ kind: 'subscribe', output: options.output });
      }),
    intend: (intent) =>
      new Promise((resolve) => {
        if (isClosed) {
          resolve(fail(GONE));
          return;
        }
        counter += 1;
        answers.set(counter, resolve);
        send({ kind: 'intent', id: counter, intent });
      }),
    closed,
    close: () => link.close(),
  };
}

/** Why there is no session, nor what needs one, in a context whose modules are baked. */
export function nothingToWatch(context: Context): Failure {
  return {
    reason: 'usage',
    what: `in the context ${context} there is nothing to watch or to check`,
    why: 'its modules run from images of the commit, which no edit changes',
    cure: `git commit and dev up --context ${context}; dev ci runs the checks; or leave --context out`,
  };
}

const NEVER_UP: Failure = {
  reason: 'service',
  what: 'there is nothing to watch',
  why: 'this project was never brought up here',
  cure: 'dev up',
};

const START_LIMIT_MS = 20_000;
const START_LOOK_MS = 25;

/**
 * The project's session: the one that runs, or a new one. One of another version of the tool is
 * ended first.
 * @param editsSinceMs epoch milliseconds: a new one tells what was edited from then on, before it
 *   watched; a start of the environment can take minutes.
 */
export async function ensureSession(
  located: Located,
  context: Context,
  world: EndingWorld & Pick<World, 'host'>,
  editsSinceMs?: number,
): Promise<Result<SessionClient, Failure>> {
  if (!policyOf(context).watches) return fail(nothingToWatch(context));
  const found = await reach(socketOf(located.places), world);
  if (typeof found === 'object') {
    if (found.version === world.host.toolVersion) return ok(found);
    await end(found, 'another version of the tool took over', world);
  }
  if (found === 'mute') await endMute(located.places, world);
  if (!world.files.isDirectory(located.places.state)) return fail(NEVER_UP);
  const paths = located.places.session;
  if (!world.files.isDirectory(located.places.state)) {
    return fail({ reason: 'service', what: 'nothing of this project runs', cure: 'dev up' });
  }
  // Its log is there before it is: what cannot be written is told, as what it is.
  const ready = ensureInstanceFolders(located.places, world);
  if (!ready.ok) return ready;
  const live = await world.live();
  const since = editsSinceMs === undefined ? [] : ['--edits-since', String(editsSinceMs)];
  const args = ['--project', located.root, '--context', context, '__session', ...since];
  const child = live.startBackground(args, { logFile: paths.output, log: 'replace' });
  let exit: number | undefined;
  void child.exited.then((status) => {
    exit = status;
  });
  const giveUpAt = world.clock.now() + START_LIMIT_MS;
  while (world.clock.now() < giveUpAt) {
    const client = await connectSession(located.places, world);
    if (client !== undefined) return ok(client);
    // It ended: another one may just have started in its place, which was looked for above.
    if (exit !== undefined) break;
    await world.clock.sleep(START_LOOK_MS);
  }
  const output = world.files.read(paths.output);
  const lines = output.ok ? (output.value ?? '').trimEnd().split('\n').slice(-20) : [];
  return fail({
    reason: 'service',
    what: 'the session could not be started',
    why: exit === undefined ? 'it does not answer' : `it ended with exit status ${exit}`,
    detail: lines,
  });
}

type EndingWorld = Pick<World, 'live' | 'clock' | 'files' | 'processes'>;

/** What a session does at its end takes a moment; one that takes longer hangs. */
const END_LIMIT_MS = 20_000;

/** Asks it to end; one that does not is killed, so that whoever waits for it goes on. */
async function end(client: SessionClient, reason: string, world: EndingWorld): Promise<void> {
  const ended = client.intend({ kind: 'stop', reason }).then(() => client.closed);
  const over = new AbortController();
  const late = world.clock.sleep(END_LIMIT_MS, over.signal).then(
    () => 'late',
    () => undefined,
  );
  const first = await Promise.race([ended, late]);
  over.abort();
  client.close();
  if (first === 'late') await kill(client.pid, world);
}

/** Ends a session that takes connections and says nothing: stopped, or stuck for good. */
async function endMute({ session }: SessionPlace, world: EndingWorld): Promise<void> {
  // Who listens there has the session's lock, with its number in it.
  const lock = world.files.read(session.lock);
  const pid = /^(\d+) /.exec((lock.ok && lock.value) || '')?.[1];
  if (pid !== undefined) await kill(Number(pid), world);
}

/** Another program may have the number by now: only a session is killed. */
async function kill(pid: number, { processes }: EndingWorld): Promise<void> {
  const { stdout } = await processes.run(['ps', '-o', 'args=', '-p', String(pid)]);
  if (!/(?:^|\s)__session(?:\s|$)/.test(stdout)) return;
  await processes.run(['kill', '-KILL', String(pid)]);
}

/**
 * Ends the session of a project, if one runs. True when there was one. One that does not end by
 * itself is killed.
 */
export async function stopSession(
  places: SessionPlace,
  reason: string,
  world: EndingWorld,
): Promise<boolean> {
  const reached = await reach(socketOf(places), world);
  if (reached === 'none') return false;
  if (reached === 'mute') await endMute(places, world);
  else await end(reached, reason, world);
  return true;
}

/** Ends the session of an older version, which keeps its socket in the project. */
export async function stopOldSession(socket: string, world: EndingWorld): Promise<void> {
  const client = await connectAt({ socket, key: undefined }, world);
  if (client !== undefined) await end(client, 'another version of the tool took over', world);
}

/** What is known of a session, whether one runs or not. */
export interface KnownSession {
  readonly running: boolean;
  readonly state: SessionState;
}

/** The session's state: asked of the one that runs, else as the last one left it. */
export async function readSessionState(
  places: SessionPlace,
  world: Pick<World, 'live' | 'clock'> & { readonly files: Files },
): Promise<KnownSession | undefined> {
  const client = await connectSession(places, world);
  if (client !== undefined) {
    const state = await client.subscribe({ output: false, onEvent: () => undefined });
    client.close();
    if (state !== undefined) return { running: true, state };
  }
  const text = world.files.read(places.session.state);
  if (!text.ok || text.value === undefined) return undefined;
  try {
    // Written by a session of ours; a damaged file is as none.
    return { running: false, state: JSON.parse(text.value) as SessionState };
  } catch {
    return undefined;
  }
}
