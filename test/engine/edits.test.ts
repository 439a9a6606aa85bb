import { expect, it } from 'vitest';
import { editRounds } from '../support/edit-rounds.ts';

/** `npx tsx scripts/edits.ts 500 [SEED]` runs more of it. */
const ROUNDS = 12;

it('makes every edit of a Compose file so, and has nothing to do then', async () => {
  const seed = Number(process.env['ONESTACK_SEED'] ?? Date.now() % 1_000_000);
  process.stderr.write(`seed ${String(seed)} (ONESTACK_SEED)\n`);
  expect(await editRounds(seed, ROUNDS)).toEqual([]);
});
