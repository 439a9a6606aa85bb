/**
 * `npm run torture -- [--rounds N] [--seed N] [--engine]`: kills whatever is at work at random
 * moments, and tells how often one plain `dev up` did not make everything right again. `--engine`
 * takes an engine of its own, and kills that one too. Exit status 1 when a round was bad.
 */
import { parseArgs } from 'node:util';
import { outcomeText } from '../test/support/campaign.ts';
import { NO_PRIVATE_ENGINE, privateEngine } from '../test/support/private-engine.ts';
import { createRig } from '../test/support/rig.ts';
import { torture, TORTURE_FILES } from '../test/support/torture.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '500' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    engine: { type: 'boolean', default: false },
  },
});
if (values.engine && NO_PRIVATE_ENGINE !== undefined) throw new Error(NO_PRIVATE_ENGINE);
const engine = values.engine ? privateEngine() : undefined;
const rig = createRig({ files: TORTURE_FILES, ...(engine && { env: engine.environment }) });
const options = { rounds: Number(values.rounds), seed: Number(values.seed) };
console.log(`seed ${values.seed}, ${values.rounds} rounds, project ${rig.name}`);
try {
  await engine?.start();
  await engine?.takeImages(rig, ['os', 'node', 'postgres']);
  const bad = await torture(rig, {
    ...options,
    ...(engine && { engine }),
    tell: (line) => console.log(line),
  });
  console.log(outcomeText(bad, values));
  process.exitCode = bad.length === 0 ? 0 : 1;
} finally {
  await rig.remove();
  await engine?.remove();
}
