import { describe, expect, it } from 'vitest';
import { createQuietPeriod } from '../../../src/watch/quiet-period.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

function setUp() {
  const clock = new VirtualClock(0);
  const batches: string[] = [];
  const quiet = createQuietPeriod<string>(clock, { quietMs: 50, capMs: 200 }, (batch) =>
    batches.push(`${clock.now()}: ${[...batch.items].join(' ')} since ${batch.firstAt}`),
  );
  return { clock, quiet, batches };
}

describe('the quiet period', () => {
  it('hands on once nothing came for a while, each item once', async () => {
    const { clock, quiet, batches } = setUp();
    quiet.add('a');
    await clock.advance(40);
    quiet.add('b');
    quiet.add('a');
    await clock.advance(49);
    expect(batches).toEqual([]);
    await clock.advance(1);
    expect(batches).toEqual(['90: a b since 0']);
    quiet.add('c');
    await clock.advance(100);
    expect(batches.slice(1)).toEqual(['140: c since 90']);
  });

  it('does not wait for a clock that was set back', async () => {
    const clock = new VirtualClock(0);
    let offsetMs = 3_600_000;
    const batches: number[] = [];
    createQuietPeriod<string>(
      {
        now: () => clock.now() + offsetMs,
        steady: () => clock.steady(),
        sleep: (ms, signal) => clock.sleep(ms, signal),
      },
      { quietMs: 50, capMs: 200 },
      ({ items }) => batches.push(items.size),
    ).add('a');
    offsetMs = 0;
    await clock.advance(100);
    expect(batches).toEqual([1]);
  });

  it('does not wait past the cap', async () => {
    const { clock, quiet, batches } = setUp();
    for (let index = 0; index < 30; index += 1) {
      quiet.add(`f${index}`);
      await clock.advance(10);
    }
    expect(batches[0]).toMatch(/^200: f0 .* since 0$/);
    await clock.advance(100);
    expect(batches).toHaveLength(2);
    expect(batches.join(' ').match(/f\d+/g)).toHaveLength(30);
  });

  it('hands on what there is when it is stopped, and nothing any more', async () => {
    const { clock, quiet, batches } = setUp();
    quiet.add('a');
    quiet.stop();
    quiet.add('b');
    await clock.advance(1000);
    expect(batches).toEqual(['0: a since 0']);
  });
});
