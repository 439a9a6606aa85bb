import { expect, it } from 'vitest';
import { watchFirstCycle } from '../../../src/checks/first-cycle.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

function setUp() {
  const clock = new VirtualClock();
  let ends = 0;
  const over = new AbortController();
  const cycle = watchFirstCycle(clock, over.signal, () => {
    ends += 1;
  });
  return { clock, cycle, over, ends: () => ends };
}

it('ends the first round where the command says so, however long it takes', async () => {
  const { clock, cycle, ends } = setUp();
  cycle.line('> tsc --watch');
  await clock.advance(2_000);
  cycle.line('\u001b[90m10:00:00\u001b[0m Starting compilation in watch mode...');
  await clock.advance(60_000);
  expect(ends()).toBe(0);
  cycle.line('10:01:00 - Found 0 errors. Watching for file changes.');
  expect(ends()).toBe(1);
});

it('ends it in a silence where the command says nothing of rounds', async () => {
  const { clock, cycle, ends } = setUp();
  await clock.advance(60_000);
  expect(ends()).toBe(0);
  cycle.line('building');
  await clock.advance(4_000);
  cycle.line('built');
  await clock.advance(4_900);
  expect(ends()).toBe(0);
  await clock.advance(200);
  expect(ends()).toBe(1);
  await clock.advance(60_000);
  expect(ends()).toBe(1);
});

it('ends nothing of a command that is over', async () => {
  const { clock, cycle, over, ends } = setUp();
  cycle.line('building');
  over.abort();
  await clock.advance(60_000);
  expect(ends()).toBe(0);
});
