import { describe, expect, it } from 'vitest';
import type { StoredArtifact } from '../../../src/ports/artifact-store.ts';
import { moduleImageReference, moduleKeys, smokeKey } from '../../../src/release/keys.ts';
import { isCandidate } from '../../../src/release/candidates.ts';
import type { PipelinePlan } from '../../../src/release/pipeline-plan.ts';
import { planPipeline } from '../../../src/release/pipeline.ts';
import type { Sources } from '../../../src/release/sources.ts';
import { aModule } from '../../support/modules.ts';

const MODULES = [
  aModule('api', { run: 'node a.js' }),
  aModule('worker', { run: 'node w.js' }),
  aModule('lib'),
];

function sourcesOf(files: Readonly<Record<string, string>> = {}): Sources {
  const all = { 'dev.yaml': '1', 'api/a.js': '2', 'worker/w.js': '3', 'compose/base.yaml': '4' };
  return {
    ...{ commit: 'c', committedAtSeconds: 1 },
    files: Object.entries({ ...all, ...files }).map(([path, hash]) => ({
      ...{ path, hash, mode: '100644' },
    })),
  };
}

function keyOf(files: Readonly<Record<string, string>>, modules = MODULES): string | undefined {
  const request = { modules, sources: sourcesOf(files), references: new Map<string, string>() };
  return smokeKey(moduleKeys(request), request);
}

const KEYS = moduleKeys({ modules: MODULES, sources: sourcesOf(), references: new Map() });
const reference = (name: string): string =>
  moduleImageReference('shop', name, KEYS.get(name)?.image ?? '');

function planned(images: readonly string[], stored: readonly string[] = []): PipelinePlan {
  const entry = (key: string): StoredArtifact => ({
    ...{ key, kind: 'check', name: 'x', commit: 'c', madeAtMs: 0, tookMs: 1 },
    blob: { digest: 'a'.repeat(64), sizeBytes: 1 },
  });
  return planPipeline({
    ...{ project: 'shop', modules: MODULES, keys: KEYS, profilesKey: 'p', checks: true },
    ...{ smokeKey: 'smoke', images: new Set(images) },
    stored: new Map(stored.map((key) => [key, entry(key)])),
  });
}
const smokeOf = ({ steps }: PipelinePlan) => steps.find(({ id }) => id === 'smoke');

describe('the plan of the smoke test', () => {
  it('bakes under names that nobody runs, and tries all when all are there', () => {
    const plan = planned([]);
    const bakes = plan.steps.filter(({ action }) => action.kind === 'bake');
    expect(
      bakes.map(({ action }) => 'reference' in action && isCandidate(action.reference)),
    ).toEqual([true, true]);
    expect(smokeOf(plan)?.needs).toEqual(['bake:api', 'bake:worker']);
  });

  it('tries again what was baked and not tried, and bakes it no second time', () => {
    const plan = planned([reference('api'), `${reference('worker')}-candidate`]);
    expect(plan.steps.filter(({ action }) => action.kind === 'bake')).toEqual([]);
    expect(smokeOf(plan)?.action).toEqual({
      kind: 'smoke',
      images: [
        { module: 'api', reference: reference('api'), current: reference('api') },
        {
          ...{ module: 'worker', reference: reference('worker') },
          current: `${reference('worker')}-candidate`,
        },
      ],
    });
  });

  it('is kept where all is as it was, and only where every image has its name', () => {
    const all = ['api', 'worker'].map(reference);
    expect(smokeOf(planned(all, ['smoke']))).toBeUndefined();
    expect(planned(all, ['smoke']).kept.map(({ id }) => id)).toContain('smoke');
    expect(smokeOf(planned(all))).toBeDefined();
    expect(smokeOf(planned(all.slice(1), ['smoke']))).toBeDefined();
  });

  it('has another key when images or the definition are others, not for a word of documentation', () => {
    const before = keyOf({});
    expect(keyOf({ 'compose/base.yaml': 'x' })).not.toBe(before);
    expect(keyOf({ 'api/a.js': 'x' })).not.toBe(before);
    expect(keyOf({ 'proxy/site.conf': 'x' })).not.toBe(before);
    expect(keyOf({ 'docs/use.md': 'x' })).toBe(before);
    expect(keyOf({}, [aModule('lib')])).toBeUndefined();
  });
});
