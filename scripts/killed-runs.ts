/**
 * `npm run torture:release -- [--rounds N] [--seed N]`: kills `dev release` at random moments, against a
 * registry of its own, and tells after how many of them something was not whole, or was left behind by
 * the run that followed. Exit status 1 when a round was bad.
 */
import { parseArgs } from 'node:util';
import { outcomeText } from '../test/support/campaign.ts';
import { createRegistry } from '../test/support/debian-registry.ts';
import { killedFiles, killedRuns, removeImages } from '../test/support/killed-runs.ts';
import { createRig } from '../test/support/rig.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '100' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const registry = await createRegistry();
const rig = createRig({ files: killedFiles(registry.host) });
console.log(`seed ${values.seed}, ${values.rounds} rounds, project ${rig.name}`);
try {
  const bad = await killedRuns(rig, registry, {
    ...{ rounds: Number(values.rounds), seed: Number(values.seed) },
    tell: (line) => console.log(line),
  });
  console.log(outcomeText(bad, values));
  process.exitCode = bad.length === 0 ? 0 : 1;
} finally {
  await rig.remove();
  await removeImages(rig);
  await registry.remove();
}
