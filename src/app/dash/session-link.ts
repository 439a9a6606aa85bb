import type { SessionEvent } from '../../events/session-event.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Connection, Sockets } from '../../ports/sockets.ts';
import type { CheckFeed } from '../../session/panes/checks-source.ts';
import type { ClientMessage, Intent, ServerMessage } from '../../session/protocol.ts';
import { reduce } from '../../state/reduce.ts';
import { EMPTY_STATE } from '../../state/session-state.ts';
import type { SessionState } from '../../state/session-state.ts';

const RETRY_MS = 500;

/** The session as the dashboard knows it: its state, its events, and a way to ask for things. */
export interface SessionLink extends CheckFeed {
  readonly isLinked: boolean;
  /** The state changed, or the link came or went. Returns how to stop listening. */
  onChange(listener: () => void): void;
  /** The session said that it ends. */
  onStopping(listener: () => void): void;
  /** @returns what it refused, in one line. */
  send(intent: Intent): Promise<string | undefined>;
  close(): void;
}

/** Connects to the session's socket, and again whenever the connection is lost. */
export function linkSession(path: string, sockets: Sockets, clock: Clock): SessionLink {
  const changed: (() => void)[] = [];
  const stopping: (() => void)[] = [];
  const listeners = new Set<(event: SessionEvent) => void>();
  const waiting = new Map<number, (refusal: string | undefined) => void>();
  const controller = new AbortController();
  let state: SessionState = EMPTY_STATE;
  let connection: Connection | undefined;
  let nextId = 1;
  const tell = (): void => {
    for (const listener of changed) listener();
  };

  const take = (message: ServerMessage): void => {
    switch (message.kind) {
      case 'snapshot':
        state = message.state;
        tell();
        return;
      case 'event': {
        state = reduce(state, message.event);
        for (const listener of [...listeners]) listener(message.event);
        // Output alone changes nothing that is shown outside of its pane.
        if (message.event.kind !== 'check-output') tell();
        if (message.event.kind === 'session-stopping') for (const one of stopping) one();
        return;
      }
      case 'answer': {
        const { result } = message;
        waiting.get(message.id)?.(result.ok ? undefined : result.failure.what);
        waiting.delete(message.id);
        return;
      }
      case 'hello':
      case 'lagged':
        return;
      default:
        // A newer session may say more than we know.
        return;
    }
  };

  const run = async (): Promise<void> => {
    while (!controller.signal.aborted) {
      const found = await sockets.connect(path);
      if (found !== undefined) {
        connection = found;
        const closed = new Promise<void>((resolve) => found.onClose(resolve));
        found.onData(lines((line) => take(JSON.parse(line) as ServerMessage)));
        say(found, { kind: 'subscribe', output: true });
        tell();
        await closed;
        connection = undefined;
        for (const answer of waiting.values()) answer('the session is gone');
        waiting.clear();
        tell();
      }
      await clock.sleep(RETRY_MS, controller.signal).catch(() => undefined);
    }
  };
  void run();

  return {
    get isLinked() {
      return connection !== undefined;
    },
    state: () => state,
    onEvent: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    onChange: (listener) => void changed.push(listener),
    onStopping: (listener) => void stopping.push(listener),
    send: (intent) => {
      const link = connection;
      if (link === undefined) return Promise.resolve('no session runs: dev up starts it');
      const id = nextId;
      nextId += 1;
      return new Promise((resolve) => {
        waiting.set(id, resolve);
        say(link, { kind: 'intent', id, intent });
      });
    },
    close: () => {
      controller.abort();
      connection?.end();
    },
  };
}

function say(connection: Connection, message: ClientMessage): void {
  connection.write(`${JSON.stringify(message)}\n`);
}

/** Cuts a stream into lines. */
function lines(onLine: (line: string) => void): (data: Buffer) => void {
  const decoder = new TextDecoder();
  let rest = '';
  return (data) => {
    const parts = (rest + decoder.decode(data, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) if (part !== '') onLine(part);
  };
}
