/**
 * More rounds of test/unit/checks/incremental/twins.test.ts:
 * `npx tsx scripts/check-twins.ts tsc|tsc-silent|eslint [ROUNDS] [SEED]`.
 */
import { twinRounds } from '../test/support/check-twins.ts';
import { ESLINT_TWINS } from '../test/support/eslint-twins.ts';
import { TSC_SILENT_TWINS, TSC_TWINS } from '../test/support/tsc-twins.ts';

const SETUPS = { tsc: TSC_TWINS, 'tsc-silent': TSC_SILENT_TWINS, eslint: ESLINT_TWINS };

const [name = 'tsc', ...numbers] = process.argv.slice(2);
const [rounds = 500, seed = Date.now() % 1e6] = numbers.map(Number);
const setup = Object.entries(SETUPS).find(([one]) => one === name)?.[1];
if (setup === undefined) throw new Error(`one of ${Object.keys(SETUPS).join(', ')}`);
console.log(`${name}, seed ${String(seed)}`);
twinRounds(setup, seed, rounds, (round) => {
  if ((round + 1) % 50 === 0) console.log(`${String(round + 1)} rounds`);
}).then(
  ({ wrong, ...figures }) => {
    console.log(figures);
    for (const one of wrong) console.log(one);
    process.exitCode = wrong.length === 0 ? 0 : 1;
  },
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
