import type { Failure } from '../../events/failure.ts';
import type { SessionEvent } from '../../events/session-event.ts';
import type { Places } from '../../model/places.ts';
import type { Live } from '../../ports/live.ts';
import type { SocketPlace } from '../../ports/sockets.ts';
import type { World } from '../../ports/world.ts';
import { lineLink, type Link } from '../../session/line-link.ts';
import { MAX_SNAPSHOT_BYTES, PROTOCOL_VERSION } from '../../session/protocol-limits.ts';
import type { ClientMessage, Intent, IntentAnswer, ServerMessage } from '../../session/protocol.ts';
import type { SessionState } from '../../state/session-state.ts';
import { fail } from '../../util/result.ts';
import type { Result } from '../../util/result.ts';

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

export const socketOf = ({ session, socketKey }: TalkingPlace): SocketPlace => ({
  socket: session.socket,
  key: socketKey,
});

export async function connectAt(
  place: SocketPlace,
  world: TalkingWorld,
): Promise<SessionClient | undefined> {
  const reached = await reach(place, world);
  return typeof reached === 'string' ? undefined : reached;
}

/** `mute`: there is one, and it does not say a word. */
export async function reach(
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
