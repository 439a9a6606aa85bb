/** More rounds of test/engine/edits.test.ts: `npx tsx scripts/edits.ts [ROUNDS] [SEED]`. */
import { editRounds } from '../test/support/edit-rounds.ts';

const [rounds = 300, seed = Date.now() % 1_000_000] = process.argv.slice(2).map(Number);
console.log(`seed ${String(seed)}`);
const bad = await editRounds(seed, rounds, (line) => console.log(line));
console.log(
  `${String(bad.length)} of ${String(rounds)} rounds were not right (seed ${String(seed)})`,
);
process.exitCode = bad.length === 0 ? 0 : 1;
