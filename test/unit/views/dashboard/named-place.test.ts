import { describe, expect, it } from 'vitest';
import { namedPlace, placeIn } from '../../../../src/views/dashboard/named-place.ts';
import type { PaneView, Scene } from '../../../../src/views/dashboard/scene.ts';
import { around, linesPane } from '../../../support/dashboard-view.ts';
import { hostileText } from '../../../support/hostile-text.ts';
import fc from 'fast-check';

describe('the place that a line names', () => {
  it.each([
    ['    at handler (/workspace/api/src/server.ts:12:3)', '/workspace/api/src/server.ts', 12],
    ['    at file:///workspace/api/src/server.ts:12:3', '/workspace/api/src/server.ts', 12],
    ['  File "/workspace/jobs/my run.py", line 7, in main', '/workspace/jobs/my run.py', 7],
    ['\t/workspace/pricing/main.go:9 +0x1d', '/workspace/pricing/main.go', 9],
    ['src/app.ts(4,17): error TS2322: no', 'src/app.ts', 4],
    ['10:42:01.123 ERROR no file=src/app.ts:5', 'src/app.ts', 5],
    ['\u001b[31msrc/a.test.ts:8:1\u001b[39m', 'src/a.test.ts', 8],
  ])('%j', (text, file, line) => {
    // The escape sequence of a colour is no text in a pane.
    expect(placeIn(text.replace(/\u001b\[\d+m/g, ''), 0)).toMatchObject({ file, line });
  });

  it('has a column where one is named', () => {
    expect(placeIn('at /w/a.js:12:3)', 0)).toEqual({ file: '/w/a.js', line: 12, column: 3 });
    expect(placeIn('src/app.ts(4,17): error', 0)).toEqual({
      file: 'src/app.ts',
      line: 4,
      column: 17,
    });
    expect(placeIn('at a.js:12', 0)).toEqual({ file: 'a.js', line: 12 });
  });

  it('is none in times, addresses and ports', () => {
    for (const text of ['14:02:33 up', '127.0.0.1:3000', 'localhost:8080', 'http://[::1]:80', '']) {
      expect(placeIn(text, 0)).toBeUndefined();
    }
  });

  it('is the one under the cursor, or the nearest', () => {
    const text = 'a.ts:1 calls b.ts:2';
    expect(placeIn(text, 15)).toEqual({ file: 'b.ts', line: 2 });
    expect(placeIn(text, 0)).toEqual({ file: 'a.ts', line: 1 });
  });

  it('is found in anything without a fault, and soon', () => {
    fc.assert(fc.property(hostileText, fc.nat(300), (text, column) => void placeIn(text, column)));
    expect(placeIn(`${'a.'.repeat(100_000)}ts:1`, 0)).toBeUndefined();
  });
});

describe('in a pane', () => {
  const module = { uses: [], run: true, watch: true, checks: [] };
  const look = (rows: readonly string[], wrapped: readonly number[] = []): Scene => {
    const pane: PaneView = {
      ...linesPane(rows, rows.length),
      chars: (line) => Array.from(rows[line] ?? ''),
      isWrapped: (line) => wrapped.includes(line),
    };
    const modules = [{ ...module, name: 'api', path: 'services/api' }];
    return { ...around, state: { ...around.state, modules }, pane: () => pane };
  };
  const at = { line: 0, column: 0 };

  it('is a file of the project, however the program spells it', () => {
    const place = (text: string) => namedPlace('logs:api', at, look([text]))?.file;
    expect(place('/workspace/services/api/a.ts:1')).toBe('services/api/a.ts');
    expect(place('src/a.ts:1')).toBe('services/api/src/a.ts');
    expect(place('../../common/a.ts:1')).toBe('common/a.ts');
    expect(place('/home/ann/shop/a.ts:1')).toBe('/home/ann/shop/a.ts');
    // What leads out of the workspace stays a path of this machine, which is not the project's.
    expect(place('/workspace/../etc/shadow.txt:1')).toBe('/etc/shadow.txt');
    expect(namedPlace('logs:db', at, look(['src/a.ts:1']))?.file).toBe('src/a.ts');
  });

  it('is read over the rows of a line that is wrapped', () => {
    const there = look(['at x (/works', 'pace/a.ts:1', '2:3)'], [1, 2]);
    for (const line of [0, 1, 2]) {
      expect(namedPlace('logs:api', { line, column: 0 }, there)).toEqual({
        file: 'a.ts',
        line: 12,
        column: 3,
      });
    }
  });
});
