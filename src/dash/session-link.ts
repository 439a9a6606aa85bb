import type { SessionEvent } from '../events/session-event.ts';
import type { Clock } from '../ports/clock.ts';
import type { CheckFeed } from './panes/checks-source.ts';
import type { Intent } from '../session/protocol.ts';
import { reduce } from '../state/reduce.ts';
import { EMPTY_STATE } from '../state/session-state.ts';
import type { SessionState } from '../state/session-state.ts';
import type { SessionClient } from '../app/session/client.ts';

const RETRY_MS = 500;

/** The session as the dashboard knows it: its state, its events, and a way to ask for things. */
export interface SessionLink extends CheckFeed {
  readonly isLinked: boolean;
  /** Resolves when its state is known, or when there is no session that would tell it. */
  readonly ready: Promise<void>;
  /** The state changed, or the link came or went. */
  onChange(listener: () => void): void;
  /** The session said that it ends. */
  onStopping(listener: () => void): void;
  /** @returns what it refused, in one line. */
  send(intent: Intent): Promise<string | undefined>;
  close(): void;
}

/** Stays connected to the session: whenever the connection is lost, it is sought again. */
export function linkSession(
  connect: () => Promise<SessionClient | undefined>,
  clock: Clock,
): SessionLink {
  const changed: (() => void)[] = [];
  const stopping: (() => void)[] = [];
  const listeners = new Set<(event: SessionEvent) => void>();
  const controller = new AbortController();
  let state: SessionState = EMPTY_STATE;
  let client: SessionClient | undefined;
  const tell = (): void => {
    for (const listener of changed) listener();
  };
  const take = (event: SessionEvent): void => {
    state = reduce(state, event);
    for (const listener of [...listeners]) listener(event);
    // Output alone changes nothing that is shown outside of its pane.
    if (event.kind !== 'check-output') tell();
    if (event.kind === 'session-stopping') for (const listener of stopping) listener();
  };

  let isReady: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => {
    isReady = resolve;
  });

  const isClosed = (): boolean => controller.signal.aborted;
  const run = async (): Promise<void> => {
    while (!isClosed()) {
      client = await connect();
      if (client !== undefined) {
        void client.subscribe({
          output: true,
          onEvent: take,
          onSnapshot: (now) => {
            state = now;
            isReady();
            tell();
          },
        });
        if (isClosed()) client.close();
        await client.closed;
        client = undefined;
        tell();
      }
      isReady();
      await clock.sleep(RETRY_MS, controller.signal).catch(() => undefined);
    }
  };
  void run();

  return {
    get isLinked() {
      return client !== undefined;
    },
    ready,
    state: () => state,
    onEvent: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    onChange: (listener) => void changed.push(listener),
    onStopping: (listener) => void stopping.push(listener),
    send: async (intent) => {
      if (client === undefined) return 'no session runs: dev up starts it';
      const answer = await client.intend(intent);
      return answer.ok ? undefined : answer.failure.what;
    },
    close: () => {
      controller.abort();
      client?.close();
    },
  };
}
