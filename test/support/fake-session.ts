import { localSockets } from '../../src/adapters/local-sockets.ts';
import type { SessionEvent } from '../../src/events/session-event.ts';
import type { Connection } from '../../src/ports/sockets.ts';
import { PROTOCOL_VERSION, clientMessageSchema } from '../../src/session/protocol.ts';
import type { Intent, ServerMessage } from '../../src/session/protocol.ts';
import { claimPlaces } from './places.ts';
import { reduce } from '../../src/state/reduce.ts';
import { EMPTY_STATE } from '../../src/state/session-state.ts';

/** A session that does nothing: it tells what a test wants told, and records what it is asked. */
export interface FakeSession {
  emit(event: SessionEvent): void;
  readonly intents: readonly Intent[];
  /** Ends as a session does that was told to. */
  close(): void;
  /** Ends as one that was killed. */
  vanish(): void;
}

export async function fakeSession(root: string, name: string): Promise<FakeSession> {
  const clients = new Set<Connection>();
  const intents: Intent[] = [];
  let state = EMPTY_STATE;
  const say = (connection: Connection, message: ServerMessage): void => {
    connection.write(`${JSON.stringify(message)}\n`);
  };
  const { session, socketKey } = await claimPlaces(root, name);
  const place = { socket: session.socket, key: socketKey };
  const listening = await localSockets.listen(place, (connection) => {
    const about = { version: '0', pid: process.pid, project: 'fake' };
    say(connection, { kind: 'hello', protocol: PROTOCOL_VERSION, ...about });
    connection.onClose(() => void clients.delete(connection));
    let received = '';
    connection.onData((data) => {
      const lines = `${received}${data.toString('utf8')}`.split('\n');
      received = lines.pop() ?? '';
      for (const line of lines) {
        const message = clientMessageSchema.parse(JSON.parse(line));
        if (message.kind === 'subscribe') {
          clients.add(connection);
          say(connection, { kind: 'snapshot', state });
        } else {
          intents.push(message.intent);
          say(connection, { kind: 'answer', id: message.id, result: { ok: true, value: {} } });
        }
      }
    });
  });
  const emit = (event: SessionEvent): void => {
    state = reduce(state, event);
    for (const client of clients) say(client, { kind: 'event', event });
  };
  const vanish = (): void => {
    for (const client of clients) client.end();
    if (listening.ok) void listening.value?.close();
  };
  return {
    emit,
    vanish,
    intents,
    close: () => {
      emit({ kind: 'session-stopping', reason: 'the test ends', at: Date.now(), save: 0 });
      vanish();
    },
  };
}
