/** More rounds of test/engine/up-again.test.ts: `npx tsx scripts/up-again.ts [ROUNDS] [SEED]`. */
import { againRounds } from '../test/support/again-rounds.ts';

const [rounds = 2000, seed = Date.now() % 1e6] = process.argv.slice(2).map(Number);
console.log(`seed ${String(seed)}`);
againRounds(seed, rounds, (round) => {
  if ((round + 1) % 50 === 0) console.log(`${String(round + 1)} rounds`);
}).then(
  ({ effects, ...figures }) => {
    console.log(figures);
    for (const [name, count] of effects) console.log(`${String(count).padStart(6)}  ${name}`);
  },
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
