import { describe, expect, it } from 'vitest';
import type { SessionEvent } from '../../../src/events/session-event.ts';
import type { Link } from '../../../src/session/line-link.ts';
import { CLIENT_STALL_MS, MAX_CLIENT_BACKLOG_BYTES } from '../../../src/session/protocol-limits.ts';
import type { ServerMessage } from '../../../src/session/protocol.ts';
import { createSessionClients } from '../../../src/session/session-clients.ts';
import { EMPTY_STATE } from '../../../src/state/session-state.ts';
import { ok } from '../../../src/util/result.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

/** A client's end in a test's hands: what it was sent, and how much of it it has not read. */
class FakeLink implements Link {
  readonly sent: ServerMessage[] = [];
  backlogBytes = 0;
  closed = false;
  #line: (line: string) => void = () => undefined;
  #drain: () => void = () => undefined;

  send(line: string): void {
    this.sent.push(JSON.parse(line) as ServerMessage);
  }
  onLine(listener: (line: string) => void): void {
    this.#line = listener;
  }
  onDrain(listener: () => void): void {
    this.#drain = listener;
  }
  onClose(): void {
    // Nothing here closes by itself.
  }
  close(): void {
    this.closed = true;
  }
  says(message: unknown): void {
    this.#line(typeof message === 'string' ? message : JSON.stringify(message));
  }
  readsAll(): void {
    this.backlogBytes = 0;
    this.#drain();
  }
  kinds(): readonly string[] {
    return this.sent.map(({ kind }) => kind);
  }
}

function setUp() {
  const clock = new VirtualClock();
  const clients = createSessionClients({
    clock,
    identity: { version: '1', pid: 7, project: 'shop' },
    state: () => EMPTY_STATE,
    intend: () => Promise.resolve(ok({ save: 3 })),
  });
  const link = new FakeLink();
  clients.welcome(link);
  return { clock, clients, link };
}

const EVENT: SessionEvent = { kind: 'problem-solved', at: 1, save: 0, key: 'x' };
const OUTPUT: SessionEvent = {
  kind: 'check-output',
  at: 1,
  save: 1,
  module: 'api',
  check: 'test',
  run: 1,
  text: 'x',
};

describe('a client', () => {
  it('is greeted, and gets the state and then events once it subscribes', () => {
    const { clients, link } = setUp();
    clients.broadcast(EVENT);
    expect(link.kinds()).toEqual(['hello']);
    link.says({ kind: 'subscribe', output: false });
    clients.broadcast(OUTPUT);
    clients.broadcast(EVENT);
    expect(link.kinds()).toEqual(['hello', 'snapshot', 'event']);
  });

  it('gets an answer with the id of its intent', async () => {
    const { link } = setUp();
    link.says({ kind: 'intent', id: 5, intent: { kind: 'run-check' } });
    await Promise.resolve();
    await Promise.resolve();
    expect(link.sent.at(-1)).toEqual({ kind: 'answer', id: 5, result: ok({ save: 3 }) });
  });

  it('that sends nonsense is told so where it can be, and otherwise left alone', () => {
    const { link } = setUp();
    link.says('not json');
    link.says({ kind: 'intent', id: 6, intent: { kind: 'explode' } });
    expect(link.kinds()).toEqual(['hello', 'answer']);
    expect(link.sent.at(-1)).toMatchObject({ id: 6, result: { ok: false } });
  });

  it('that does not read is not waited for, and caught up when it reads again', () => {
    const { clients, link } = setUp();
    link.says({ kind: 'subscribe', output: true });
    link.backlogBytes = MAX_CLIENT_BACKLOG_BYTES + 1;
    for (let count = 0; count < 1000; count += 1) clients.broadcast(OUTPUT);
    expect(link.sent).toHaveLength(2);
    link.readsAll();
    expect(link.sent.slice(2)).toMatchObject([
      { kind: 'lagged', dropped: 1000 },
      { kind: 'snapshot' },
    ]);
    clients.broadcast(EVENT);
    expect(link.kinds().at(-1)).toBe('event');
    expect(link.closed).toBe(false);
  });

  it('that hangs is cut off', async () => {
    const { clock, clients, link } = setUp();
    link.says({ kind: 'subscribe', output: true });
    link.backlogBytes = MAX_CLIENT_BACKLOG_BYTES + 1;
    clients.broadcast(EVENT);
    await clock.advance(CLIENT_STALL_MS + 1);
    clients.broadcast(EVENT);
    expect(link.closed).toBe(true);
  });
});
