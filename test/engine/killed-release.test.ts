import { expect, it, onTestFinished } from 'vitest';
import { createRegistry } from '../support/debian-registry.ts';
import { killedFiles, killedRuns, removeImages } from '../support/killed-runs.ts';
import { rigForTest } from '../support/rig.ts';

it('killed at any moment, a release is finished by the next one, and never was there in part', async () => {
  const registry = await createRegistry();
  onTestFinished(() => registry.remove());
  const rig = rigForTest({ files: killedFiles(registry.host) });
  onTestFinished(() => removeImages(rig));
  const seed = Date.now() % 1_000_000;
  const bad = await killedRuns(rig, registry, { rounds: 2, seed, tell: () => undefined });
  const again = `npm run torture:release -- --rounds 2 --seed ${String(seed)}`;
  expect(bad, again).toEqual([]);
}, 240_000);
