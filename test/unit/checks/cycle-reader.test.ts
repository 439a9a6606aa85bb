import { describe, expect, it } from 'vitest';
import { createCycleReader, type CycleReader } from '../../../src/checks/cycle-reader.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const LOG = { write: () => undefined, keep: () => undefined, discard: () => undefined };

function reader(clock: Clock): CycleReader {
  return createCycleReader({ clock, openLog: () => LOG, onChange: () => undefined });
}

describe('a watching command that does not say when it is done', () => {
  it('is done when it is silent, also where a timer is early by the clock', async () => {
    const time = new VirtualClock();
    const early: Clock = {
      now: () => time.now(),
      steady: () => time.steady(),
      sleep: (ms) => time.sleep(ms > 1 ? ms - 1 : ms),
    };
    const cycles = reader(early);
    cycles.take('built\n');
    await time.advance(600);
    cycles.take('and once more\n');
    await time.advance(699);
    expect(cycles.cycle).toMatchObject({ number: 1, endedAt: undefined });
    await time.advance(10);
    expect(cycles.cycle).toMatchObject({ number: 1, text: 'built\nand once more\n' });
    expect(cycles.cycle?.endedAt).toBeDefined();
  });

  it('is done behind words that end no line, and begins anew at the next ones', async () => {
    const clock = new VirtualClock();
    const cycles = reader(clock);
    cycles.take('ready> ');
    await clock.advance(1_000);
    expect(cycles.cycle).toMatchObject({ number: 1, text: 'ready> \n' });
    expect(cycles.cycle?.endedAt).toBeDefined();
    cycles.take('again\nready> ');
    expect(cycles.cycle).toMatchObject({ number: 2, endedAt: undefined });
    await clock.advance(1_000);
    expect(cycles.cycle).toMatchObject({ number: 2, text: 'again\nready> \n' });
    expect(cycles.cycle?.endedAt).toBeDefined();
  });
});
