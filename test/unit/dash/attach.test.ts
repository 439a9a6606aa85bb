import { describe, expect, it } from 'vitest';
import { attachDashboard } from '../../../src/dash/attach.ts';
import type { AttachWorld } from '../../../src/dash/attach.ts';
import { MESSAGE, messageDecoder } from '../../../src/dash/wire.ts';
import { encodeFrame } from '../../../src/util/frames.ts';
import { ok } from '../../../src/util/result.ts';
import { FakeConnection } from '../../support/fake-connection.ts';
import { MADE_UP } from '../../support/places.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

/** A host's end of a connection in a test's hands. */
class FakeHost {
  readonly connection = new FakeConnection();

  /** Types of the messages that it got. */
  get received(): readonly number[] {
    return messageDecoder()
      .add(Buffer.concat(this.connection.written))
      .map(({ type }) => type);
  }

  says(type: number, payload: string): void {
    this.connection.says(encodeFrame(type, payload));
  }

  dies(): void {
    this.connection.dies();
  }
}

/** `hosts` answer one after the other; undefined is nobody. */
function setUp(hosts: (FakeHost | undefined)[]) {
  const shown: string[] = [];
  let type: (data: Buffer) => void = () => undefined;
  let isReleased = false;
  let started = 0;
  const world: AttachWorld = {
    console: {
      take: () =>
        Promise.resolve({
          size: () => ({ columns: 80, rows: 24 }),
          write: (data) => void shown.push(String(data)),
          onInput: (listener) => {
            type = listener;
          },
          onResize: () => undefined,
          onResumed: () => undefined,
          suspend: () => undefined,
          release: () => {
            isReleased = true;
          },
        }),
      closeInput: () => undefined,
    } as Partial<AttachWorld['console']> as AttachWorld['console'],
    sockets: {
      connect: () => Promise.resolve(hosts.shift()?.connection),
      listen: () => Promise.resolve(ok(undefined)),
    },
    clock: new VirtualClock(),
    host: { environment: {} },
    startHost: () => {
      started += 1;
    },
    firstFrame: () => Promise.resolve(({ columns }) => `early ${columns}`),
  };
  const request = {
    places: MADE_UP,
    window: undefined,
    pane: undefined,
    signal: new AbortController().signal,
  };
  return {
    attached: attachDashboard(request, world),
    shown,
    type: (text: string) => type(Buffer.from(text)),
    settle: () => new Promise<void>((resolve) => setImmediate(resolve)),
    started: () => started,
    isReleased: () => isReleased,
  };
}

const BYE = JSON.stringify({ status: 0, text: 'left' });

describe('the first dashboard', () => {
  it('shows a frame before its host does, and keeps what is typed for it', async () => {
    const host = new FakeHost();
    const client = setUp([undefined, host]);
    await client.settle();
    expect(client.started()).toBe(1);
    expect(client.shown).toEqual(['early 80']);
    client.type('x');
    await client.settle();
    expect(host.received).toEqual([MESSAGE.hello, MESSAGE.input]);
    host.says(MESSAGE.output, 'panes');
    host.says(MESSAGE.bye, BYE);
    expect(await client.attached).toEqual({ ok: true, value: { status: 0, text: 'left' } });
    expect(client.shown).toEqual(['early 80', 'panes']);
    expect(client.isReleased()).toBe(true);
  });

  it('gives up on hosts that end before they show anything', async () => {
    const hosts = [new FakeHost(), new FakeHost(), new FakeHost(), new FakeHost()];
    const client = setUp([...hosts]);
    for (const host of hosts) {
      await client.settle();
      host.dies();
    }
    expect(await client.attached).toMatchObject({ ok: false });
    expect(client.shown).toEqual([]);
    expect(client.isReleased()).toBe(true);
  });
});
