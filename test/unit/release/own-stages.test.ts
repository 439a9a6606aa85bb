import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StageDefinition } from '../../../src/model/pipeline.ts';
import type { StoredArtifact } from '../../../src/ports/artifact-store.ts';
import { moduleKeys, profilesKey } from '../../../src/release/keys.ts';
import { pipelineText } from '../../../src/release/pipeline-plan.ts';
import { planPipeline } from '../../../src/release/pipeline.ts';
import type { Sources } from '../../../src/release/sources.ts';
import { stageKeys } from '../../../src/release/stage-keys.ts';
import { aModule } from '../../support/modules.ts';

const MODULES = [aModule('api', { uses: ['lib'], run: 'node a.js' }), aModule('lib')];

function aStage(name: string, parts: Partial<StageDefinition> = {}): StageDefinition {
  return {
    ...{ name, run: `run-${name}`, module: undefined, image: 'node', reads: [], after: [] },
    ...{ artifact: [], network: false, secrets: [], environment: new Map(), timeoutMs: 1000 },
    ...parts,
  };
}

const CONTRACT = aStage('contract', { module: 'api' });
const DOCS = aStage('docs', { reads: ['docs', 'site.yml'], artifact: ['site'] });
const LINKS = aStage('links', { after: ['docs', 'contract'] });
const STAGES = [CONTRACT, DOCS, LINKS];

const FILES: Readonly<Record<string, string>> = {
  ...{ 'dev.yaml': 'd', 'site.yml': 'y', 'docs/a.md': 'a', 'docsx/b.md': 'b' },
  ...{ 'api/a.js': 'a', 'lib/l.js': 'l', 'tsconfig.json': 't' },
};

function requestOf(files: Readonly<Record<string, string>>) {
  const sources: Sources = {
    ...{ commit: 'c', committedAtSeconds: 1 },
    files: Object.entries(files).map(([path, hash]) => ({ path, hash, mode: '100644' })),
  };
  return { modules: MODULES, sources, references: new Map([['node', 'onestack/node:1']]) };
}

function keysOf(files = FILES, stages: readonly StageDefinition[] = STAGES) {
  const request = requestOf(files);
  return new Map(
    stageKeys(stages, moduleKeys(request), request).map((one) => [one.definition.name, one.key]),
  );
}

function changed(files: Readonly<Record<string, string>>, stages = STAGES): readonly string[] {
  const [before, after] = [keysOf(), keysOf({ ...FILES, ...files }, stages)];
  return [...before].flatMap(([name, key]) => (after.get(name) === key ? [] : [name]));
}

describe('the key of a stage of one’s own', () => {
  it.each([
    { path: 'dev.yaml', is: ['links'] },
    { path: 'docs/a.md', is: ['docs', 'links'] },
    { path: 'docs/new.md', is: ['docs', 'links'] },
    { path: 'site.yml', is: ['contract', 'docs', 'links'] },
    { path: 'docsx/b.md', is: ['links'] },
    { path: 'api/a.js', is: ['contract', 'links'] },
    { path: 'lib/l.js', is: ['contract', 'links'] },
    { path: 'tsconfig.json', is: ['contract', 'links'] },
  ])('an edit of $path makes it anew: $is', ({ path, is }) => {
    expect(changed({ [path]: 'other' })).toEqual(is);
  });

  it.each([
    { run: 'other' },
    { image: 'go' },
    { network: true },
    { secrets: ['TOKEN'] },
    { artifact: ['other'] },
    { environment: new Map([['A', 'b']]) },
  ] satisfies Partial<StageDefinition>[])('%o counts, here and for who comes after', (parts) => {
    expect(changed({}, [CONTRACT, { ...DOCS, ...parts }, LINKS])).toEqual(['docs', 'links']);
  });
});

const entry = (key: string): StoredArtifact => ({
  ...{ key, kind: 'check', name: 'x', commit: '1234567890', madeAtMs: 0, tookMs: 1 },
  blob: { digest: 'a'.repeat(64), sizeBytes: 1 },
});

function planned({ have = [] as readonly string[], checks = true, tries = true } = {}) {
  const request = requestOf(FILES);
  const keys = moduleKeys(request);
  return planPipeline({
    ...{ project: 'shop', modules: MODULES, keys, profilesKey: profilesKey(request.sources) },
    ...{ stages: stageKeys(STAGES, keys, request), images: new Set<string>(), checks },
    smokeKey: tries ? 'smoke' : undefined,
    stored: new Map(have.map((key) => [key, entry(key)])),
  });
}

const needsOf = (plan: ReturnType<typeof planned>, wanted: string): readonly string[] =>
  plan.steps.find(({ id }) => id === wanted)?.needs ?? [];

describe('a plan with stages of one’s own', () => {
  it('runs each after its module and what it comes after, and tries nothing before all are good', () => {
    const plan = planned();
    expect(pipelineText(plan)).toMatchInlineSnapshot(`
      "compile lib: its sources are new
      pack lib: not made yet
      compile api: its sources are new
      pack api: not made yet
      contract api: not passed yet with these sources
      bake api: not made yet
      docs: not passed yet
      links: not passed yet
      profiles: not made yet
      smoke: not tried yet
      "
    `);
    expect(needsOf(plan, 'contract:api')).toEqual(['compile:api', 'pack:api']);
    expect(needsOf(plan, 'docs')).toEqual([]);
    expect(needsOf(plan, 'links')).toEqual(['docs', 'contract:api']);
    expect(needsOf(plan, 'bake:api')).toContain('contract:api');
    expect(needsOf(plan, 'bake:api')).not.toContain('links');
    expect(needsOf(plan, 'smoke')).toEqual(expect.arrayContaining(['links', 'docs']));
  });

  it('gives no image its name before they are good, though nothing is tried', () => {
    expect(needsOf(planned({ tries: false }), 'bake:api')).toEqual(
      expect.arrayContaining(['contract:api', 'links', 'docs']),
    );
  });

  it('compiles again what only a stage wants, and leaves all of it where nobody asks for checks', () => {
    const keys = moduleKeys(requestOf(FILES));
    const artifacts = [...keys.values()].map(({ artifact }) => artifact);
    const plan = planned({ have: artifacts });
    expect(plan.steps.find(({ id }) => id === 'compile:api')?.cause).toBe('contract wants it');
    expect(needsOf(plan, 'contract:api')).toEqual(['compile:api']);
    const ids = planned({ checks: false }).steps.map(({ id }) => id);
    expect(ids.filter((id) => /contract|docs|links/.test(id))).toEqual([]);
  });

  it('names needs that come before, whatever is stored, and keeps what is', () => {
    const own = keysOf();
    fc.assert(
      fc.property(fc.subarray([...own.keys()]), (some) => {
        const plan = planned({ have: some.map((name) => own.get(name) ?? '') });
        const before = new Set<string>();
        for (const { id, needs } of plan.steps) {
          for (const need of needs) expect(before).toContain(need);
          before.add(id);
        }
        const kept = plan.kept.map(({ id }) => id.replace(/:.*/, ''));
        expect(kept.toSorted()).toEqual(some.toSorted());
        expect(plan.order.toSorted()).toEqual([...before, ...plan.kept.map(({ id }) => id)].sort());
      }),
    );
  });
});
