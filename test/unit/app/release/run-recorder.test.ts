import { describe, expect, it } from 'vitest';
import { runHistory } from '../../../../src/app/release/run-history.ts';
import { RunRecorder } from '../../../../src/app/release/run-recorder.ts';
import type { PipelinePlan } from '../../../../src/release/pipeline-plan.ts';
import { fail, ok } from '../../../../src/util/result.ts';
import { MemoryFiles } from '../../../support/memory-files.ts';

const HISTORY = '/state/history';
const PLAN: PipelinePlan = {
  steps: [
    { id: 'install:a', action: { kind: 'install', module: 'a' }, cause: 'new', needs: [] },
    {
      id: 'test:a',
      action: { kind: 'check', module: 'a', check: 'test' },
      cause: 'new',
      needs: ['install:a'],
    },
  ],
  kept: [{ id: 'bake:a', from: undefined }],
  order: ['install:a', 'test:a', 'bake:a'],
};
function recorder(files = new MemoryFiles({})) {
  let nowMs = 1000;
  const clock = { now: () => (nowMs += 10), steady: () => nowMs, sleep: () => Promise.resolve() };
  const made = new RunRecorder(HISTORY, { files, clock });
  const begin = (startedAtMs = 1000, plan = PLAN): void => {
    const facts = { id: `r${String(startedAtMs)}`, project: 'p', commit: 'c', version: 'v' };
    made.begin({ ...facts, startedAtMs }, plan, ({ id }) => (id === 'test:a' ? 'key' : undefined));
  };
  return { files, made, begin, read: () => runHistory({ history: HISTORY }, { files }) };
}

describe('a run that is recorded', () => {
  it('can be read at every moment', () => {
    const { made, begin, read } = recorder();
    begin();
    const outcomes = () => read()[0]?.steps.map(({ outcome }) => outcome);
    expect(outcomes()).toEqual(['waiting', 'waiting', 'kept']);
    made.started('install:a');
    expect(outcomes()).toEqual(['running', 'waiting', 'kept']);
    made.ended('install:a', ok(undefined));
    made.started('test:a');
    made.ended('test:a', fail({ reason: 'check', what: 'failed', detail: ['line'] }));
    made.end(fail([{ reason: 'check', what: 'failed' }]));
    const [run] = read();
    expect(run?.outcome).toBe('failed');
    expect(run?.steps[1]).toMatchObject({
      key: 'key',
      failed: { what: 'failed', lines: ['line'] },
    });
    expect(run?.steps[0]).toMatchObject({ outcome: 'done', startedAtMs: 1010, endedAtMs: 1020 });
  });

  it('does not keep what steps printed that are given something secret', () => {
    const { made, begin, read } = recorder();
    begin();
    made.ended('install:a', fail({ reason: 'install', what: 'failed', detail: ['http://u:pw@x'] }));
    expect(read()[0]?.steps[0]?.failed).toEqual({ what: 'failed', lines: [] });
  });

  it('was interrupted, and what was not done is left', () => {
    const { made, begin, read } = recorder();
    begin();
    made.started('install:a');
    made.ended('install:a', fail({ reason: 'interrupted', what: 'install a was interrupted' }));
    made.end(fail([{ reason: 'interrupted', what: 'interrupted' }]));
    expect(read()[0]).toMatchObject({ outcome: 'interrupted' });
    expect(read()[0]?.steps.map(({ outcome }) => outcome)).toEqual(['left', 'left', 'kept']);
  });

  it('is none when nothing had to be done', () => {
    const { made, begin, read } = recorder();
    begin(1000, { ...PLAN, steps: [] });
    made.end(ok(undefined));
    expect(read()).toEqual([]);
  });

  it('is one of a hundred; damaged ones are left out', () => {
    const { begin, files, read } = recorder();
    for (let at = 0; at < 130; at += 1) begin(1000 + at);
    expect(read()).toHaveLength(100);
    expect(read()[0]?.startedAtMs).toBe(1129);
    files.put(`${HISTORY}/000000000001129-r1129.json`, '{"id": "r1129", "steps"');
    expect(read()).toHaveLength(99);
  });

  it('fails nothing where it cannot be written', () => {
    const files = new MemoryFiles({});
    files.put('/state/history', 'a file in its place');
    const { made, begin } = recorder(files);
    begin();
    made.started('install:a');
    made.end(ok(undefined));
    expect(made.run).toBeUndefined();
  });
});
