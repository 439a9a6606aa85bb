import { describe, expect, it } from 'vitest';
import { createEventBus } from '../../../src/session/event-bus.ts';
import { createLoopGuard } from '../../../src/session/loop-guard.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const FILE = 'app/made';

/** A guard, and checks that take `durationMs` and write the file after `writesMs`. */
function bench(options: {
  durationMs: number;
  writesMs?: () => number | undefined;
  /** The file that a run writes; FILE, if it is always the same. */
  writesTo?: (run: number) => string;
  /** A file that has another name each time is removed so long after it was written. */
  removesAfterMs?: number;
  /** The module's process is started anew after each run, and writes the file so much later. */
  processWritesMs?: () => number | undefined;
}) {
  const clock = new VirtualClock(1_000_000);
  const bus = createEventBus(clock);
  const told: string[] = [];
  let runsWhenTold = 0;
  bus.subscribe((event) => {
    if (event.kind === 'problem') {
      told.push(event.failures[0]?.what ?? '');
      runsWhenTold = runs;
    }
    if (event.kind === 'problem-solved') told.push('solved');
  });
  let runs = 0;
  let active: Promise<void> = Promise.resolve();
  const admitted: number[] = [];

  async function run(): Promise<void> {
    runs += 1;
    const key = { module: 'app', check: 'compile', run: runs, save: runs } as const;
    bus.emit({ kind: 'check-started', ...key });
    const writes = options.writesMs?.();
    if (writes !== undefined) {
      await clock.sleep(writes);
      const path = options.writesTo?.(runs);
      change(path, path === undefined ? [] : [path]);
      const removesMs = options.removesAfterMs ?? 0;
      await clock.sleep(removesMs);
      if (path !== undefined && removesMs > 0) change(path, [path]);
      await clock.sleep(options.durationMs - writes - removesMs);
    } else await clock.sleep(options.durationMs);
    const result = {
      outcome: 'passed',
      durationMs: 1,
      diagnostics: [],
      diagnosticsOmitted: 0,
    } as const;
    bus.emit({ kind: 'check-finished', ...key, ...result, tail: [] });
    bus.emit({ kind: 'settled', save: runs, passed: 1, failed: 0, cancelled: 0 });
    if (options.processWritesMs !== undefined) restart();
  }
  function restart(): void {
    const process = { service: 'app', state: 'running', health: 'none', ports: [] } as const;
    bus.emit({ kind: 'service-state', ...process, since: clock.now() });
    const later = options.processWritesMs?.();
    if (later !== undefined) void clock.sleep(later).then(() => change());
  }
  function start(): void {
    active = active.then(run);
  }
  /** The file changes; it is known a moment later, and then the checks run. */
  function change(path = FILE, comeOrGone: readonly string[] = []): void {
    const at = clock.now();
    void clock.sleep(55).then(() => {
      if (
        !guard.admits({
          module: 'app',
          paths: [path],
          comeOrGone: new Set(comeOrGone),
          firstAt: at,
        })
      )
        return;
      admitted.push(at);
      start();
    });
  }
  const guard = createLoopGuard({
    bus,
    clock,
    idle: async () => {
      let seen;
      while (seen !== active) {
        seen = active;
        await seen;
      }
    },
    ask: start,
    modifiedMs: () => undefined,
    signal: new AbortController().signal,
  });
  return {
    clock,
    guard,
    told,
    change,
    restart: async (): Promise<void> => {
      restart();
      await clock.advance(0);
    },
    admitted,
    runs: () => runs,
    runsWhenTold: () => runsWhenTold,
  };
}

describe('a check that writes its module’s file', () => {
  for (const [durationMs, writes, rounds] of [
    [20, 15, 17],
    [300, 300, 17],
    [3_000, 1_500, 7],
    [20_000, 18_000, 5],
  ] as const) {
    it(`each time anew, ${String(writes)} ms after its start, is stopped and named`, async () => {
      const one = bench({ durationMs, writesMs: () => writes });
      one.change();
      await one.clock.advance(400_000);
      expect(one.told).toEqual(['app compile writes app/made, with other contents each time']);
      expect(one.runsWhenTold()).toBe(rounds);
      const pausesMs = [30_000, 60_000, 120_000];
      expect(one.runs() - rounds).toBeLessThanOrEqual(pausesMs.length);
    });
  }

  it('is stopped and named also where a busy machine makes it now quick, now slow', async () => {
    let turn = 0;
    const one = bench({ durationMs: 1_200, writesMs: () => 80 + (((turn += 1) * 373) % 900) });
    one.change();
    await one.clock.advance(400_000);
    expect(one.told).toHaveLength(1);
    expect(one.runsWhenTold()).toBe(17);
    expect(one.runs()).toBeLessThanOrEqual(17 + 3);
  });

  it('is let go when it does so no more, and a person’s change is checked meanwhile', async () => {
    let writes: number | undefined = 10;
    const one = bench({ durationMs: 20, writesMs: () => writes });
    one.change();
    await one.clock.advance(60_000);
    const before = one.runs();
    one.change();
    await one.clock.advance(5_000);
    expect(one.runs()).toBe(before + 1);
    writes = undefined;
    one.change();
    await one.clock.advance(5_000);
    expect(one.told.at(-1)).toBe('solved');
    expect(one.runs()).toBe(before + 2);
  });
});

describe('a check that writes a file of another name each time', () => {
  const writesTo = (run: number): string => `app/report-${String(run)}.xml`;
  const TOLD = /^app compile makes or removes files each time, app\/report-\d+.xml for one$/;
  for (const [durationMs, writes, removesAfterMs, rounds] of [
    [20, 15, 0, 18],
    [3_000, 1_500, 0, 7],
    [3_000, 500, 300, 14],
  ] as const) {
    it(`${String(writes)} ms after its start is stopped and named`, async () => {
      const one = bench({ durationMs, writesMs: () => writes, writesTo, removesAfterMs });
      one.change();
      await one.clock.advance(400_000);
      expect(one.told).toEqual([expect.stringMatching(TOLD)]);
      expect(one.runsWhenTold()).toBe(rounds);
      expect(one.runs() - rounds).toBeLessThanOrEqual(3);
      const before = one.runs();
      one.change();
      await one.clock.advance(100);
      expect(one.runs()).toBe(before + 1);
    });
  }

  it('leaves alone a person who edits other files while it runs', async () => {
    const one = bench({ durationMs: 10_000, writesMs: () => 500, writesTo });
    one.change();
    await one.clock.advance(400_000);
    expect(one.told).toHaveLength(1);
    one.change('app/a.ts');
    await one.clock.advance(4_000);
    const { length } = one.admitted;
    one.change('app/b.ts');
    await one.clock.advance(100);
    expect(one.admitted).toHaveLength(length + 1);
  });

  it('is let go when it does so no more', async () => {
    let writes: number | undefined = 500;
    const one = bench({ durationMs: 3_000, writesMs: () => writes, writesTo });
    one.change();
    await one.clock.advance(60_000);
    writes = undefined;
    one.change();
    await one.clock.advance(5_000);
    expect(one.told.at(-1)).toBe('solved');
  });
});

/** A process that wrote its module's file at each start, was named for it, and does so no more. */
async function mendedProcess() {
  let writes: number | undefined = 500;
  const one = bench({ durationMs: 20, processWritesMs: () => writes });
  one.change();
  await one.clock.advance(60_000);
  expect(one.told).toHaveLength(1);
  writes = undefined;
  return one;
}

describe('a process that writes its module’s file when it starts', () => {
  for (const [writes, rounds] of [
    [50, 17],
    [3_000, 6],
  ] as const) {
    it(`each time anew, ${String(writes)} ms after its start, is stopped and named`, async () => {
      const one = bench({ durationMs: 20, processWritesMs: () => writes });
      one.change();
      await one.clock.advance(400_000);
      expect(one.told).toEqual([
        'the process of app writes app/made, with other contents each time',
      ]);
      expect(one.runsWhenTold()).toBe(rounds);
      expect(one.runs() - rounds).toBeLessThanOrEqual(3);
    });
  }

  it('is let go when it does so no more', async () => {
    const one = await mendedProcess();
    const before = one.runs();
    one.change();
    await one.clock.advance(60_000);
    expect(one.runs()).toBe(before + 1);
    expect(one.told.at(-1)).toBe('solved');
  });
});

describe('a person who saves while checks run', () => {
  it('is never held up by saves at all sorts of moments', async () => {
    const one = bench({ durationMs: 20_000 });
    for (const pause of [3_000, 9_000, 14_000, 2_000, 8_000, 11_000, 6_000, 17_000]) {
      one.change();
      await one.clock.advance(pause);
    }
    await one.clock.advance(400_000);
    expect(one.admitted).toHaveLength(8);
    expect(one.told).toEqual([]);
  });

  it('nor by saves that come right after each result', async () => {
    const one = bench({ durationMs: 100 });
    for (let save = 0; save < 20; save += 1) {
      one.change();
      await one.clock.advance(55 + 100 + 20);
    }
    await one.clock.advance(60_000);
    expect(one.admitted).toHaveLength(20);
    expect(one.told).toEqual([]);
  });

  it('nor by saves while the process is started anew each time', async () => {
    const one = bench({ durationMs: 100, processWritesMs: () => undefined });
    for (const pause of [900, 2_000, 1_400, 3_000, 700, 2_500, 1_200, 4_000, 1_700, 800]) {
      one.change();
      await one.clock.advance(pause);
    }
    await one.clock.advance(60_000);
    expect(one.admitted).toHaveLength(10);
    expect(one.told).toEqual([]);
  });

  it('nor is a script that answers each start of a check by a save', async () => {
    const one = bench({ durationMs: 3_000, processWritesMs: () => undefined });
    for (let save = 0; save < 12; save += 1) {
      one.change();
      await one.clock.advance(55 + 100);
      one.change();
      await one.clock.advance(1_000 + 70 * (save % 4));
    }
    await one.clock.advance(60_000);
    expect(one.admitted).toHaveLength(24);
    expect(one.told).toEqual([]);
  });

  it('has the last save checked, however alike the moments are', async () => {
    let saves = 0;
    // Whoever saves 100 ms after each start looks like the check itself.
    const one = bench({
      durationMs: 1_000,
      writesMs: () => (saves < 40 ? (saves += 1) && 100 : undefined),
    });
    one.change();
    await one.clock.advance(30_000);
    expect(one.told).toHaveLength(1);
    saves = 40;
    const before = one.runs();
    await one.clock.advance(35_000);
    expect(one.runs()).toBe(before + 1);
    expect(one.told).toEqual([expect.stringContaining('app compile'), 'solved']);
  });

  it('saves at another moment than an accused check: that is checked at once', async () => {
    let writes: number | undefined = 10;
    const one = bench({ durationMs: 10_000, writesMs: () => writes });
    one.change();
    await one.clock.advance(240_000);
    expect(one.told).toHaveLength(1);
    writes = undefined;
    one.change();
    await one.clock.advance(2_000);
    const before = one.admitted.length;
    one.change();
    await one.clock.advance(100);
    expect(one.admitted).toHaveLength(before + 1);
  });

  it('is not accused for a save in the very run that tries', async () => {
    const one = bench({ durationMs: 10_000 });
    for (let save = 0; save < 10; save += 1) {
      one.change();
      await one.clock.advance(5_000);
    }
    const { length } = one.admitted;
    expect(length).toBeLessThan(10);
    // Held now, and tried once all is quiet.
    for (let turns = 0; turns < 400 && one.runs() <= length; turns += 1) {
      await one.clock.advance(500);
    }
    expect(one.runs()).toBe(length + 1);
    await one.clock.advance(1_000);
    one.change();
    await one.clock.advance(400_000);
    expect(one.admitted).toHaveLength(length + 1);
    expect(one.told).toEqual([]);
  });

  it('is checked at last, and not accused, where the moments are alike by chance', async () => {
    const one = bench({ durationMs: 10_000 });
    for (let save = 0; save < 10; save += 1) {
      one.change();
      await one.clock.advance(5_000);
    }
    expect(one.admitted.length).toBeLessThan(10);
    await one.clock.advance(400_000);
    expect(one.runs()).toBe(one.admitted.length + 1);
    expect(one.told).toEqual([]);
  });

  it('is checked, too, when a run of something else shows that nobody writes the file', async () => {
    const one = await mendedProcess();
    const before = one.runs();
    // Held, for it comes when the process would write; then that is started anew by hand.
    await one.restart();
    await one.clock.advance(500);
    one.change();
    await one.clock.advance(4_500);
    expect(one.runs()).toBe(before);
    await one.restart();
    await one.clock.advance(20_000);
    expect(one.told.at(-1)).toBe('solved');
    expect(one.runs()).toBe(before + 1);
  });

  it('is checked, too, when the definition changes while that is found out', async () => {
    const one = bench({ durationMs: 10_000 });
    for (let save = 0; save < 10; save += 1) {
      one.change();
      await one.clock.advance(5_000);
    }
    expect(one.admitted.length).toBeLessThan(10);
    one.guard.forget();
    await one.clock.advance(400_000);
    expect(one.runs()).toBe(one.admitted.length + 1);
  });
});
