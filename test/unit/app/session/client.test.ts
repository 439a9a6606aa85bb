import { describe, expect, it } from 'vitest';
import { connectSession } from '../../../../src/app/session/client.ts';
import type { Live } from '../../../../src/ports/live.ts';
import { PROTOCOL_VERSION } from '../../../../src/session/protocol-limits.ts';
import { FakeConnection } from '../../../support/fake-connection.ts';
import { MADE_UP } from '../../../support/places.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';
import { partly } from '../../../support/partly.ts';

/** A session at the other end of a connection that says hello, and then nothing. */
function silentSession() {
  const hello = { kind: 'hello', protocol: PROTOCOL_VERSION, version: '1.0.0', pid: 1 };
  const connection = new FakeConnection();
  const greeting = (): FakeConnection => {
    setImmediate(() => connection.says(`${JSON.stringify(hello)}\n`));
    return connection;
  };
  const sockets = partly<Live['sockets']>({ connect: () => Promise.resolve(greeting()) });
  const live = partly<Live>({ sockets });
  const world = { live: () => Promise.resolve(live), clock: new VirtualClock(0) };
  return {
    world,
    dies: () => connection.dies(),
  };
}

describe('a session that ends', () => {
  it('leaves nobody waiting for its state or an answer', async () => {
    const { world, dies } = silentSession();
    const client = await connectSession(MADE_UP, world);
    const state = client?.subscribe({ output: false, onEvent: () => undefined });
    const answer = client?.intend({ kind: 'reload' });
    dies();
    expect(await state).toBeUndefined();
    expect(await answer).toMatchObject({ ok: false, failure: { what: 'the session ended' } });
  });

  it('answers nothing that is asked afterwards', async () => {
    const { world, dies } = silentSession();
    const client = await connectSession(MADE_UP, world);
    dies();
    expect(await client?.subscribe({ output: false, onEvent: () => undefined })).toBeUndefined();
    expect(await client?.intend({ kind: 'reload' })).toMatchObject({ ok: false });
  });
});
