import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../../src/release/run-record.ts';
import { trendsOf } from '../../../src/release/run-trends.ts';
import { runTreeText } from '../../../src/views/run-tree.ts';
import { aRecord, NOW_MS, shopData } from '../../support/report-data.ts';

const LOOK = { color: false, nowMs: NOW_MS } as const;

describe('the tree of a run', () => {
  it('shows a run that goes on: what is done, at work, waits, and what it usually takes', () => {
    const [latest] = shopData().runs;
    if (latest === undefined) throw new Error('no run');
    expect(runTreeText(latest, LOOK)).toMatchInlineSnapshot(`
      "1.5.0-SNAPSHOT+3f2a1b0 running 24.0s
      ├─ api
      │  ├─ ✓ install   9.0s  usually 9.0s
      │  ├─ ✓ compile   4.0s  usually 4.0s
      │  ├─ ✓ test     12.0s  usually 12.3s
      │  ├─ ✓ lint      3.0s  usually 3.0s
      │  ├─ ✓ pack     800ms  usually 800ms
      │  ├─ ○ bake     waits  usually 2.5s
      │  └─ ○ gate     waits  usually 300ms
      ├─ web
      │  ├─ ◐ install   6.7s  usually 14.0s
      │  ├─ ○ compile  waits  usually 7.0s
      │  ├─ ○ test     waits  usually 6.0s
      │  └─ ○ bake     waits  usually 2.2s
      └─ ○ smoke    waits  usually 15.0s
      "
    `);
  });

  it('shows what was slower or faster than usual, what failed, was kept and was not run', () => {
    const history = [1, 2, 3, 4].map((at) => aRecord(at));
    const base = aRecord(0);
    const record: RunRecord = {
      ...base,
      outcome: 'failed',
      steps: base.steps.map((step) => {
        const { id, needs, cause, startedAtMs = 0 } = step;
        if (id === 'install:api') return { ...step, endedAtMs: startedAtMs + 30_000 };
        if (id === 'test:api') return { ...step, endedAtMs: startedAtMs + 2000 };
        if (id === 'compile:web') return { ...step, outcome: 'failed' };
        if (id === 'lint:api') return { id, needs, cause: 'kept from 9e8d7c6', outcome: 'kept' };
        return id === 'smoke' ? { id, needs, cause, outcome: 'left' } : step;
      }),
    };
    const run = { record, state: 'failed' as const, trends: trendsOf(record, history) };
    expect(runTreeText(run, LOOK)).toMatchInlineSnapshot(`
      "1.5.0-SNAPSHOT+3f2a1b0 failed 1m 00s
      ├─ api
      │  ├─ ✓ install    30.0s  usually 9.0s ▲
      │  ├─ ✓ compile     4.0s  usually 4.0s
      │  ├─ ✓ test        2.0s  usually 12.1s ▼
      │  ├─ = lint     kept from 9e8d7c6
      │  ├─ ✓ pack       800ms  usually 800ms
      │  ├─ ✓ bake        2.5s  usually 2.5s
      │  └─ ✓ gate       300ms  usually 300ms
      ├─ web
      │  ├─ ✓ install    14.0s  usually 14.0s
      │  ├─ ✗ compile     7.0s  usually 7.0s
      │  ├─ ✓ test        6.0s  usually 6.0s
      │  └─ ✓ bake        2.2s  usually 2.2s
      └─ – smoke    not run  usually 15.0s
      "
    `);
    expect(runTreeText(run, { ...LOOK, color: true })).toContain('\u001b[31m▲');
  });

  it('stays a tree, whatever a name has in it', () => {
    const base = aRecord(0);
    const [step] = base.steps;
    if (step === undefined) throw new Error('no step');
    const record = { ...base, steps: [{ ...step, id: 'test:a\u001b[2J\nb' }] };
    const text = runTreeText({ record, state: 'good', trends: new Map() }, LOOK);
    expect(text.split('\n')).toHaveLength(4);
  });
});
