import { describe, expect, it } from 'vitest';
import { planChanges } from '../../../src/plan/plan-changes.ts';
import { create, graphOf, operation } from '../../support/plans.ts';

const BEFORE = { world: { 'container shop-db-1': 'runs, 4f1c' }, operations: create('api') };
const pull = (reference: string) => ({
  ...{ how: 'pull' as const, reference, service: 'api', services: ['api'] },
  ...{ cause: 'pull_policy: always', after: [], bases: [], weight: 0 },
});

describe('a plan that was agreed to', () => {
  it('is the same when it is made again', () => {
    expect(planChanges(graphOf(BEFORE), graphOf(BEFORE))).toEqual([]);
  });

  it('is another one in another world', () => {
    expect(planChanges(graphOf(BEFORE), graphOf({ ...BEFORE, world: {} }))).toEqual([
      'container shop-db-1 is gone',
    ]);
  });

  it('is another one when more or less is to be done', () => {
    const more = graphOf({ ...BEFORE, operations: create('api', 'db') });
    expect(planChanges(graphOf(BEFORE), more)).toEqual([
      'to be done now: create db: no container yet',
    ]);
    expect(planChanges(more, graphOf(BEFORE))).toEqual([
      'not to be done any more: create db: no container yet',
    ]);
  });

  it('is another one for another cause', () => {
    const recreate = (cause: string) =>
      graphOf({ operations: [operation({ kind: 'recreate', service: 'api' }, cause)] });
    expect(planChanges(recreate('COLOUR red→blue'), recreate('COLOUR red→green'))).toEqual([
      'to be done now: recreate api: COLOUR red→green',
    ]);
  });

  it('says what follows from other steps where nothing else differs', () => {
    const waits = graphOf({ ...BEFORE, hooks: [] });
    const without = { ...waits, steps: waits.steps.filter(({ cause }) => cause !== '') };
    expect(planChanges(waits, without)).toContain('not to be done any more: start api');
  });

  it('is the same without images that are pulled again before anything is carried out', () => {
    const seen = { ...BEFORE, world: { 'image nginx': 'sha256:1' } };
    const agreed = graphOf({ ...seen, serviceImages: [pull('nginx')] });
    expect(planChanges(agreed, graphOf(seen))).toEqual([]);
    const missing = graphOf({ ...seen, serviceImages: [pull('redis')] });
    expect(planChanges(missing, graphOf(seen))).not.toEqual([]);
  });
});
