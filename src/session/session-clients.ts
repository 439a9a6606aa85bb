import type { SessionEvent } from '../events/session-event.ts';
import type { Failure } from '../events/failure.ts';
import type { Clock } from '../ports/clock.ts';
import type { SessionState } from '../state/session-state.ts';
import { fail } from '../util/result.ts';
import type { Result } from '../util/result.ts';
import { CLIENT_STALL_MS, MAX_CLIENT_BACKLOG_BYTES, PROTOCOL_VERSION } from './protocol-limits.ts';
import type { Link } from './line-link.ts';
import { clientMessageSchema } from './protocol.ts';
import type { Intent, IntentAnswer, ServerMessage } from './protocol.ts';

export interface ClientsParts {
  readonly clock: Clock;
  readonly identity: { readonly version: string; readonly pid: number; readonly project: string };
  readonly state: () => SessionState;
  readonly intend: (intent: Intent) => Promise<Result<IntentAnswer, Failure>>;
}

export interface SessionClients {
  welcome(link: Link): void;
  broadcast(event: SessionEvent): void;
  readonly count: number;
}

interface Client {
  readonly link: Link;
  subscribed: boolean;
  output: boolean;
  /** Events that it was not sent since its backlog filled. */
  dropped: number;
  /** Since when its backlog is full. */
  stalledAt: number | undefined;
}

/** The session's side of the protocol: what each client wants, and what it is sent. */
export function createSessionClients(parts: ClientsParts): SessionClients {
  const clients = new Set<Client>();

  function send(client: Client, message: ServerMessage): void {
    client.link.send(JSON.stringify(message));
  }

  function catchUp(client: Client): void {
    const { dropped } = client;
    if (dropped === 0) return;
    client.dropped = 0;
    client.stalledAt = undefined;
    send(client, { kind: 'lagged', dropped });
    send(client, { kind: 'snapshot', state: parts.state() });
  }

  function welcome(link: Link): void {
    const client: Client = {
      link,
      subscribed: false,
      output: false,
      dropped: 0,
      stalledAt: undefined,
    };
    clients.add(client);
    link.onDrain(() => catchUp(client));
    link.onClose(() => clients.delete(client));
    link.onLine((line) => void receive(client, line));
    send(client, { kind: 'hello', protocol: PROTOCOL_VERSION, ...parts.identity });
  }

  async function receive(client: Client, line: string): Promise<void> {
    const message = parse(line);
    const parsed = clientMessageSchema.safeParse(message);
    if (!parsed.success) {
      // A newer client's message, or none at all: with an id, it is told so.
      const id = idOf(message);
      const failure: Failure = { reason: 'usage', what: 'the session does not know this message' };
      if (id !== undefined) send(client, { kind: 'answer', id, result: fail(failure) });
      return;
    }
    if (parsed.data.kind === 'subscribe') {
      client.subscribed = true;
      client.output = parsed.data.output;
      send(client, { kind: 'snapshot', state: parts.state() });
      return;
    }
    const { id, intent } = parsed.data;
    send(client, { kind: 'answer', id, result: await parts.intend(intent) });
  }

  return {
    welcome,
    broadcast: (event) => {
      let line: string | undefined;
      for (const client of clients) {
        if (!client.subscribed || (event.kind === 'check-output' && !client.output)) continue;
        if (client.link.backlogBytes > MAX_CLIENT_BACKLOG_BYTES || client.dropped > 0) {
          client.dropped += 1;
          client.stalledAt ??= parts.clock.steady();
          if (parts.clock.steady() - client.stalledAt > CLIENT_STALL_MS) client.link.close();
          continue;
        }
        line ??= JSON.stringify({ kind: 'event', event } satisfies ServerMessage);
        client.link.send(line);
      }
    },
    get count() {
      return clients.size;
    },
  };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function idOf(message: unknown): number | undefined {
  if (typeof message !== 'object' || message === null || !('id' in message)) return undefined;
  return typeof message.id === 'number' ? message.id : undefined;
}
