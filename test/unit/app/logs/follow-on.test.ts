import { describe, expect, it } from 'vitest';
import { followLogs } from '../../../../src/app/logs.ts';
import type { ContainerSummary, LogOptions } from '../../../../src/ports/engine-containers.ts';
import { ok } from '../../../../src/util/result.ts';
import { aContainer } from '../../../support/containers.ts';
import { VirtualClock } from '../../../support/virtual-clock.ts';

/** Containers whose logs a test writes, and `dev logs --follow` of them. */
function bench() {
  const clock = new VirtualClock();
  const logs = new Map<string, { atMs: number; text: string }[]>();
  const wakes = new Set<() => void>();
  const state: { containers: ContainerSummary[]; unreadable: string | undefined } = {
    containers: [aContainer('api', { id: 'a1' }), aContainer('db', { id: 'd1' })],
    unreadable: undefined,
  };
  let asked = 0;
  let atMs = 0;
  const starts: (() => void)[] = [];
  const woken = (): Promise<void> =>
    new Promise((resolve) => {
      wakes.add(resolve);
    });
  const wake = async (): Promise<void> => {
    const all = [...wakes];
    wakes.clear();
    for (const one of all) one();
    await clock.advance(0);
  };
  const runs = (id: string): boolean =>
    state.containers.some((one) => one.id === id && one.state === 'running');
  async function* read(id: string, { follow, sinceMs = 0, signal, tail }: LogOptions) {
    asked += 1;
    if (state.unreadable === id) throw new Error('its driver does not support reading');
    let seen = 0;
    const from = tail === undefined ? 0 : -tail;
    for (;;) {
      const all = (logs.get(id) ?? []).filter((line) => line.atMs >= sinceMs).slice(from);
      for (; seen < all.length; seen += 1) {
        const line = all[seen];
        if (line !== undefined) yield { stream: 'stdout' as const, ...line };
      }
      if (follow !== true || signal?.aborted === true || !runs(id)) return;
      await woken();
    }
  }
  const said: string[] = [];
  const end = new AbortController();
  end.signal.addEventListener('abort', () => void wake());
  let isOver = false;
  const over = () =>
    followLogs(
      { engine: { logs: read }, clock },
      {
        containers: [...state.containers],
        ...{ follow: true, tail: 10, sinceMs: undefined, grep: undefined },
        onward: {
          list: () => Promise.resolve(ok([...state.containers])),
          events: async function* events(signal) {
            signal.addEventListener('abort', () => starts.splice(0).forEach((go) => go()));
            while (!signal.aborted) {
              await new Promise<void>((resolve) => starts.push(resolve));
              yield { action: 'start' };
            }
          },
        },
      },
      ({ service, text }) => void said.push(`${service} ${text}`),
      end.signal,
    ).then((failures) => {
      isOver = true;
      return failures;
    });
  return {
    ...{ clock, state, said, over, end },
    asked: () => asked,
    isOver: () => isOver,
    say: (id: string, text: string): Promise<void> => {
      logs.set(id, [...(logs.get(id) ?? []), { atMs: (atMs += 1), text }]);
      return wake();
    },
    change: (id: string, more: Partial<ContainerSummary>): Promise<void> => {
      state.containers = state.containers.map((one) => (one.id === id ? { ...one, ...more } : one));
      return wake();
    },
    start: async (): Promise<void> => {
      for (const go of starts.splice(0)) go();
      await clock.advance(0);
    },
  };
}

const EXITED = { state: 'exited' } as const;
const RUNNING = { state: 'running' } as const;

describe('logs that are followed', () => {
  it('go on when their container is started again, no line twice', async () => {
    const { clock, say, change, start, said, over, end } = bench();
    await say('a1', 'one');
    const ended = over();
    await clock.advance(0);
    await change('a1', EXITED);
    await clock.advance(5_000);
    await say('a1', 'two');
    await change('a1', RUNNING);
    await start();
    await say('a1', 'three');
    expect(said).toEqual(['api one', 'api two', 'api three']);
    end.abort();
    expect(await ended).toEqual([]);
  });

  it('go on with the container that takes the place, and with one that comes besides', async () => {
    const { clock, say, change, state, start, said, over, end } = bench();
    const ended = over();
    await clock.advance(0);
    state.containers.push(aContainer('api', { id: 'a2' }), aContainer('new', { id: 'n1' }));
    await say('a2', 'from its beginning');
    await say('n1', 'besides');
    await start();
    await change('a1', EXITED);
    await say('a2', 'on');
    await clock.advance(500);
    expect(said.toSorted()).toEqual(['api from its beginning', 'api on', 'new besides']);
    end.abort();
    await ended;
  });

  it('are over when nothing has run for a while, and not while something is about to', async () => {
    const { clock, change, isOver, over } = bench();
    const ended = over();
    await clock.advance(0);
    await change('a1', EXITED);
    await clock.advance(60_000);
    expect(isOver()).toBe(false);
    await change('d1', { state: 'restarting' });
    await clock.advance(60_000);
    expect(isOver()).toBe(false);
    await change('d1', EXITED);
    await clock.advance(9_000);
    expect(isOver()).toBe(false);
    await clock.advance(20_000);
    expect(await ended).toEqual([]);
  });

  it('are over at once where nothing runs from the beginning', async () => {
    const { clock, state, say, said, over } = bench();
    state.containers = [aContainer('job', { id: 'j', ...EXITED })];
    await say('j', 'done');
    const ended = over();
    await clock.advance(0);
    expect(await ended).toEqual([]);
    expect(said).toEqual(['job done']);
  });

  it('that cannot be read are told once, and not asked for again and again', async () => {
    const { clock, state, asked, change, start, over, end } = bench();
    state.unreadable = 'd1';
    const ended = over();
    await clock.advance(0);
    await start();
    await change('a1', EXITED);
    await clock.advance(5_000);
    await start();
    expect(asked()).toBeLessThan(6);
    end.abort();
    expect(await ended).toMatchObject([{ what: 'the log of db cannot be read' }]);
  });
});
