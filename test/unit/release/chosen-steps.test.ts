import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askable, chosenSteps } from '../../../src/release/chosen-steps.ts';
import type { PipelineRequest } from '../../../src/release/pipeline-request.ts';
import { planPipeline } from '../../../src/release/pipeline.ts';
import { moduleKeys, profilesKey } from '../../../src/release/keys.ts';
import type { StoredArtifact } from '../../../src/ports/artifact-store.ts';
import type { Sources } from '../../../src/release/sources.ts';
import { stageKeys } from '../../../src/release/stage-keys.ts';
import { aModule } from '../../support/modules.ts';

const check = (kind: 'compile' | 'test' | 'lint') => ({
  ...{ kind, run: `run-${kind}`, timeoutMs: 1000, daemon: false, formats: [] },
});
const MODULES = [
  aModule('lib', { checks: [check('test')] }),
  aModule('api', {
    ...{
      uses: ['lib'],
      run: 'node a.js',
      checks: [check('compile'), check('test'), check('lint')],
    },
  }),
];
const SOURCES: Sources = {
  ...{ commit: 'c', committedAtSeconds: 1 },
  files: ['lib/l.js', 'api/a.js', 'docs/a.md'].map((path) => ({
    path,
    hash: path,
    mode: '100644',
  })),
};
const ANY = { artifact: [], network: false, secrets: [], environment: new Map(), timeoutMs: 1000 };
const STAGES = [
  { ...ANY, name: 'docs', run: 'x', module: undefined, image: 'node', reads: ['docs'], after: [] },
  { ...ANY, name: 'contract', run: 'x', module: 'api', image: 'node', reads: [], after: ['docs'] },
];

const keyed = { modules: MODULES, sources: SOURCES, references: new Map<string, string>() };
const keys = moduleKeys(keyed);
const stages = stageKeys(STAGES, keys, keyed);

function requestWith(stored: PipelineRequest['stored'] = new Map()): PipelineRequest {
  return {
    ...{ project: 'shop', modules: MODULES, keys, stages, stored, checks: true },
    ...{ profilesKey: profilesKey(SOURCES), images: new Set<string>(), smokeKey: 'tried' },
  };
}
const entry = (key: string): StoredArtifact => ({
  ...{ key, kind: 'check', name: 'x', commit: '1234567890', madeAtMs: 0, tookMs: 1 },
  blob: { digest: 'a'.repeat(64), sizeBytes: 1 },
});
const planned = (stored?: PipelineRequest['stored']) => planPipeline(requestWith(stored));
const ids = (names: readonly string[]) => chosenSteps(planned(), names).steps.map(({ id }) => id);

describe('stages that are asked for by name', () => {
  it.each([
    [['lint'], ['compile:lib', 'compile:api', 'pack:api', 'lint:api']],
    [['test:lib'], ['compile:lib', 'pack:lib', 'test:lib']],
    [['docs'], ['docs']],
    [['contract'], ['compile:lib', 'compile:api', 'pack:api', 'docs', 'contract:api']],
    [[], planPipeline(requestWith()).steps.map(({ id }) => id)],
  ])('%j: these, and what they need: %j', (names, are) => {
    expect(ids(names)).toEqual(are);
  });

  it('are nothing to do when they were passed, and told as kept', () => {
    const key = keys.get('api')?.checks.get('lint') ?? '';
    const plan = planned(new Map([[key, entry(key)]]));
    expect(chosenSteps(plan, ['lint'])).toMatchObject({ steps: [], order: ['lint:api'] });
    expect(chosenSteps(plan, ['install', 'gate:api'])).toMatchObject({ steps: [], kept: [] });
  });

  it('are steps, stages and those of one module', () => {
    const known = askable(planned(), requestWith());
    expect(known).toEqual(expect.arrayContaining(['lint', 'lint:lib', 'contract:api', 'docs']));
    expect(known).not.toContain('docs:api');
    expect(new Set(known).size).toBe(known.length);
  });

  it('need nothing that is left out, whichever they are', () => {
    const { steps } = planned();
    const names = fc.subarray(
      steps.map(({ id }) => id),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(names, (asked) => {
        const done = chosenSteps(planned(), asked).steps;
        const there = new Set(done.map(({ id }) => id));
        expect(asked.every((id) => there.has(id))).toBe(true);
        expect(done.flatMap(({ needs }) => needs).filter((id) => !there.has(id))).toEqual([]);
        // And nothing beside it: each is asked for, or somebody's need.
        const needed = new Set([...asked, ...done.flatMap(({ needs }) => needs)]);
        expect(done.every(({ id }) => needed.has(id))).toBe(true);
      }),
    );
  });
});
