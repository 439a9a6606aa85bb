import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import type { ProgressEvent } from '../../../src/events/progress.ts';
import {
  durationText,
  lastingLine,
  NO_PROGRESS,
  reduceProgress,
  stillLines,
} from '../../../src/views/progress.ts';
import { liveLines } from '../../../src/views/progress-live.ts';

function stateAfter(...events: ProgressEvent[]) {
  return events.reduce((state, event) => reduceProgress(state, event, 1000), NO_PROGRESS);
}

const started = (id: string): ProgressEvent => ({ kind: 'step-started', id, label: id });

describe('progress', () => {
  it('shows running steps with their newest detail, and drops finished ones', () => {
    const state = stateAfter(
      started('db'),
      started('api'),
      { kind: 'step-progress', id: 'api', detail: 'starting' },
      { kind: 'step-progress', id: 'api', detail: 'probing' },
      { kind: 'step-finished', id: 'db', label: 'db', outcome: 'done', durationMs: 1 },
    );
    expect(liveLines(state, 3500, { columns: 80, rows: 10, color: false })).toEqual([
      '⠴ api  probing 2.0s',
    ]);
  });

  it('says how long a step usually takes, where that is known', () => {
    const state = stateAfter({ ...started('api'), usualMs: 12_300 } as ProgressEvent);
    const size = { columns: 80, rows: 10, color: false };
    expect(liveLines(state, 5000, size)[0]).toContain('4.0s of about 12.3s');
    expect(stillLines(state, 21_000, false)).toEqual(['… api 20.0s of about 12.3s']);
  });

  it('never draws a line wider than the terminal, nor more rows than it has', () => {
    const steps = Array.from({ length: 20 }, (_, index) => started(`module-${String(index)}`));
    const detail = '日本語 '.repeat(30);
    const state = stateAfter(...steps, { kind: 'step-progress', id: 'module-0', detail });
    const lines = liveLines(state, 1000, { columns: 40, rows: 5, color: false });
    expect(lines).toHaveLength(5);
    expect(lines.at(-1)).toBe('  and 16 more');
    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(40);
  });

  it('leaves a line of what is done, with the time it took when that matters', () => {
    const finished = {
      kind: 'step-finished',
      id: 'a',
      label: 'api',
      outcome: 'failed',
      detail: 'unhealthy',
      durationMs: 2340,
    } as const;
    expect(lastingLine(finished, false)).toBe('✗ api unhealthy 2.3s');
    expect(lastingLine({ ...finished, outcome: 'done', durationMs: 20 }, false)).toBe(
      '✓ api unhealthy',
    );
  });

  it('tells of steps that take long, where nothing is drawn', () => {
    const state = stateAfter(started('db'), started('api'), {
      kind: 'step-progress',
      id: 'api',
      detail: 'npm',
    });
    expect(stillLines(state, 10_000, false)).toEqual([]);
    expect(stillLines(state, 66_000, false)).toEqual(['… db 1m 05s', '… api npm 1m 05s']);
  });

  it('writes durations as people read them', () => {
    expect([850, 1200, 125_000].map(durationText)).toEqual(['850ms', '1.2s', '2m 05s']);
  });
});
