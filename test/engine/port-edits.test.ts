import { expect, it } from 'vitest';
import { portRounds } from '../support/port-rounds.ts';

const ROUNDS = Number(process.env['ONESTACK_ROUNDS'] ?? 6);

it('swaps, moves and renames ports as the file says, by itself and by the session', async () => {
  const seed = Number(process.env['ONESTACK_SEED'] ?? Date.now() % 1_000_000);
  process.stderr.write(`seed ${String(seed)} (ONESTACK_SEED)\n`);
  expect(await portRounds(seed, ROUNDS)).toEqual([]);
});
