import { expect, it } from 'vitest';
import { resumedRun, resumedText } from '../../../src/release/resumed-run.ts';
import type { RunRecord } from '../../../src/release/run-record.ts';

const step = (id: string, outcome: RunRecord['steps'][number]['outcome']) => ({
  ...{ id, outcome, needs: [], cause: 'any' },
});
const run = (id: string, some: Partial<RunRecord> = {}): RunRecord => ({
  ...{ id, project: 'shop', commit: 'here', version: '1.0.0+here', startedAtMs: 0 },
  steps: [step('install:api', 'kept'), step('compile:api', 'done'), step('test:api', 'running')],
  ...some,
});
const found = (records: readonly RunRecord[], living: readonly string[] = []) =>
  resumedRun(records, new Set(living), 'here')?.record.id;

it('the newest run of the commit is gone on with that is not done', () => {
  expect(found([])).toBeUndefined();
  expect(found([run('killed')])).toBe('killed');
  expect(found([run('failed', { outcome: 'failed' }), run('killed')])).toBe('failed');
  expect(found([run('elsewhere', { commit: 'there' })])).toBeUndefined();
  expect(resumedRun([run('living')], new Set(['living']), 'here')?.state).toBe('running');
});

it('none is where a later one has done all of it', () => {
  const good = { outcome: 'good' } as const;
  expect(found([run('good', good), run('killed')])).toBeUndefined();
  expect(found([run('lint', { ...good, only: ['lint'] }), run('killed')])).toBe('killed');
  const killed = run('killed', { only: ['test', 'lint'] });
  expect(found([run('good', { ...good, only: ['lint', 'test'] }), killed])).toBeUndefined();
  expect(found([run('good', { ...good, only: ['lint'] }), killed])).toBe('killed');
  expect(found([run('good', { ...good, commit: 'there' }), killed])).toBe('killed');
});

it('is told with how it ended and how far it was', () => {
  expect(resumedText({ record: run('any'), state: 'killed' })).toBe(
    'goes on with the run of 1.0.0+here that was killed: 2 of 3 steps were done',
  );
  expect(resumedText({ record: run('any', { only: ['test'] }), state: 'failed' })).toBe(
    'goes on with the run of 1.0.0+here (only test) that failed: 2 of 3 steps were done',
  );
});
