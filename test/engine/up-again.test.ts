import { expect, it } from 'vitest';
import { againRounds } from '../support/again-rounds.ts';

/** `npx tsx scripts/up-again.ts 2000 [SEED]` runs more of it. */
const ROUNDS = 25;

it('never tells that there is nothing to do where there is', async () => {
  const seed = Number(process.env['ONESTACK_SEED'] ?? Date.now() % 1_000_000);
  process.stderr.write(`seed ${String(seed)} (ONESTACK_SEED)\n`);
  const { quick, noticed, inVain } = await againRounds(seed, ROUNDS);
  expect(quick + noticed + inVain).toBe(ROUNDS);
  // A third of the rounds has no edit at all, and most edits leave something to do.
  expect(quick).toBeGreaterThan(0);
  expect(noticed).toBeGreaterThan(0);
});
