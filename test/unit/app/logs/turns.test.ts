import { describe, expect, it } from 'vitest';
import { Turns } from '../../../../src/app/logs/turns.ts';
import { followLogs } from '../../../../src/app/logs.ts';
import type { LogLine, LogOptions } from '../../../../src/ports/engine-containers.ts';
import { aContainer } from '../../../support/containers.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

/** Logs of `api` and `db` that grow as a test says. */
function followed() {
  const clock = new VirtualClock();
  const shown: string[] = [];
  const feeds = new Map<string, { queue: string[]; wake: () => void }>();
  const over = new AbortController();
  async function* logs(id: string, { follow = false }: LogOptions): AsyncGenerator<LogLine> {
    if (!follow) return;
    const feed = { queue: [] as string[], wake: (): void => undefined };
    feeds.set(id, feed);
    while (!over.signal.aborted) {
      for (const text of feed.queue.splice(0)) yield { stream: 'stderr', atMs: clock.now(), text };
      await new Promise<void>((wake) => (feed.wake = wake));
    }
  }
  const request = {
    containers: [aContainer('api'), aContainer('db')],
    ...{ follow: true, tail: 0, sinceMs: undefined, grep: undefined },
  };
  const onLine = ({ text }: { readonly text: string }): void => void shown.push(text);
  const done = followLogs({ engine: { logs }, clock }, request, onLine, over.signal);
  const say = async (service: string, ...texts: readonly string[]): Promise<void> => {
    await clock.advance(0);
    const feed = feeds.get(`id-${service}`);
    feed?.queue.push(...texts);
    feed?.wake();
    await clock.advance(0);
  };
  const end = async (): Promise<void> => {
    over.abort();
    for (const { wake } of feeds.values()) wake();
    await clock.advance(1_000);
    await done;
  };
  return { clock, shown, say, end };
}

describe('several logs that are followed', () => {
  it('do not break up one another’s stack traces', async () => {
    const { clock, shown, say, end } = followed();
    await say('api', 'Error: one');
    await say('db', 'Error: two', '    at two');
    await clock.advance(60);
    await say('api', '    at one', '    at main');
    await clock.advance(60);
    await say('api', '    at last');
    expect(shown).toEqual(['Error: one', '    at one', '    at main', '    at last']);
    await clock.advance(100);
    expect(shown.slice(4)).toEqual(['Error: two', '    at two']);
    await end();
  });

  it('wait for no more than a moment, and not for what begins anew', async () => {
    const { clock, shown, say, end } = followed();
    await say('api', 'a');
    await clock.advance(100);
    await say('db', 'b');
    expect(shown).toEqual(['a', 'b']);
    await say('api', 'c');
    await say('db', 'd', 'e');
    expect(shown).toEqual(['a', 'b', 'c']);
    await clock.advance(100);
    expect(shown).toEqual(['a', 'b', 'c', 'd', 'e']);
    await end();
  });

  it('go on where one has ended', async () => {
    const turns = new Turns(new VirtualClock());
    const [api, db] = [{}, {}];
    await turns.take(api, true);
    const waiting = turns.take(db, true);
    turns.written();
    turns.leave(api);
    await waiting;
    turns.written();
  });

  it('come to their turn, however long a trace may be', async () => {
    const turns = new Turns(new VirtualClock());
    const [api, db] = [{}, {}];
    const order: string[] = [];
    const write = async (who: object, name: string, isHead: boolean): Promise<void> => {
      await turns.take(who, isHead);
      order.push(name);
      turns.written();
    };
    await write(api, 'api', true);
    const other = write(db, 'db', true);
    for (let line = 0; line < 1_500 && !order.includes('db'); line += 1) {
      const mine = write(api, 'api', false);
      await Promise.race([mine, other]);
    }
    expect(order.at(-1)).toBe('db');
  });
});
