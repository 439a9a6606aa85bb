import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CheckResult } from '../../../../src/model/check-result.ts';
import type { SessionState } from '../../../../src/state/session-state.ts';
import { compose } from '../../../../src/views/dashboard/compose.ts';
import { diff } from '../../../../src/views/dashboard/diff.ts';
import { InputReader } from '../../../../src/views/dashboard/input.ts';
import { uiStep } from '../../../../src/views/dashboard/step.ts';
import type { PaneView, Scene } from '../../../../src/views/dashboard/scene.ts';
import { openUi } from '../../../../src/views/dashboard/ui.ts';
import type { Ui } from '../../../../src/views/dashboard/ui.ts';
import { around, linesPane, windows } from '../../../support/dashboard-view.ts';

/** What somebody types, byte by byte as a terminal sends it. */
function typed(keys: string, from: Ui, on: Scene): Ui {
  const reader = new InputReader();
  const inputs = [...reader.read(Buffer.from(keys)), ...reader.flush()];
  return inputs.reduce((ui, input) => uiStep(ui, input, on).ui, from);
}

const rowsOf = (ui: Ui, on: Scene): readonly string[] => {
  const { grid } = compose(ui, on);
  return Array.from({ length: grid.rows }, (_, row) => grid.rowText(row));
};

/** The surroundings with so many problems, of which the newest comes first. */
function withProblems(count: number): Scene {
  const last: CheckResult = {
    module: 'api',
    check: 'compile',
    run: 1,
    save: 1,
    outcome: 'failed',
    at: 1,
    durationMs: 1,
    diagnostics: Array.from({ length: count }, (_, at) => ({
      file: `file-${at}.ts`,
      line: 1,
      column: at + 1,
      severity: at < count - 2 ? ('error' as const) : ('warning' as const),
      message: 'wrong',
      source: 'tsc',
    })),
    diagnosticsOmitted: 0,
    tail: [],
  };
  const checks = [{ check: 'compile' as const, enabled: true, daemon: false, history: [], last }];
  const api = { name: 'api', path: 'api', uses: [], run: true, watch: true, checks };
  const state: SessionState = { ...around.state, modules: [api] };
  return { ...around, state };
}

describe('whatever is typed on whatever screen', () => {
  const pieces = fc.oneof(
    fc.constantFrom(
      ...['\x02', '\x1b', '\x1b[A', '\x1b[B', '\x1b[5~', '\r', '\t', 'q', '/', ':', '?', 'f', 'F'],
      ...['v', 'y', 'n', 'N', 'z', 'o', ' ', '[', 'D', 't', 'u', 'e', '0', '1', '2', '\x7f'],
      ...['\x1b[<0;3;2M', '\x1b[<32;9;4M', '\x1b[<0;9;4m', '\x1b[<64;2;2M', '\x1b[<0;0;0M'],
      ...['\x1b[200~two\nlines\x1b[201~', '\x1b[200~', '漢字', 'e\u0301', '\x1b[1;5', '\x00'],
    ),
    fc.string({ maxLength: 5 }),
  );
  const sizes = fc.constantFrom(
    ...[
      [1, 1],
      [2, 1],
      [1, 3],
      [4, 3],
      [5, 9],
      [9, 2],
      [30, 7],
      [80, 12],
      [500, 200],
    ].map(([columns = 1, rows = 1]) => ({ columns, rows })),
  );

  it('gives a frame of that size', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(pieces, sizes), { maxLength: 40 }), (course) => {
        const reader = new InputReader();
        let ui = openUi(windows, 1);
        for (const [piece, size] of course) {
          const on = { ...withProblems(3), size };
          for (const input of [...reader.read(Buffer.from(piece)), ...reader.flush()]) {
            ui = uiStep(ui, input, on).ui;
          }
          const { grid, cursor } = compose(ui, on);
          expect([grid.columns, grid.rows]).toEqual([size.columns, size.rows]);
          const place = { before: undefined, after: cursor };
          expect(diff(undefined, grid, place, { colors: '16' })).toContain('\x1b[');
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('a prompt', () => {
  it('is drawn where there is no room for what is typed', () => {
    for (const columns of [1, 2, 3, 4, 5]) {
      const size = { columns, rows: 5 };
      expect(
        rowsOf(typed('\x02:toggle', openUi(windows, 1), around), { ...around, size }),
      ).toHaveLength(5);
    }
  });

  it('shows the end of a text that is too long, and takes no more than a line of it', () => {
    const ui = typed(
      `/\x1b[200~${'漢'.repeat(5_000)}end\nmore\x1b[201~`,
      openUi(windows, 1),
      around,
    );
    expect(ui.mode.kind === 'prompt' && ui.mode.text.length).toBe(500);
    const short = typed(`/${'x'.repeat(100)}end`, openUi(windows, 1), around);
    expect(rowsOf(short, around).join('\n')).toMatch(/> x+end/);
  });

  it('selects nothing beyond the end of its list', () => {
    const down = typed(`\x02w${'\x1b[B'.repeat(50)}`, openUi(windows, 1), around);
    expect(down.mode).toMatchObject({ selected: windows.length - 1 });
  });

  it('asks yes or no in sight, however long the question is', () => {
    const ui: Ui = {
      ...openUi(windows, 1),
      mode: {
        kind: 'confirm',
        question: 'Remove all of it? '.repeat(9),
        effect: { kind: 'redraw' },
      },
    };
    expect(rowsOf(ui, { ...around, size: { columns: 30, rows: 8 } }).join('\n')).toContain('y / n');
  });
});

describe('the help', () => {
  it('scrolls to its end and at once back', () => {
    const end = typed(`\x02?${'\x1b[6~'.repeat(50)}`, openUi(windows, 1), around);
    expect(rowsOf(end, around).join('\n')).toContain('click: focus');
    expect(rowsOf(typed('k', end, around), around)).not.toEqual(rowsOf(end, around));
  });
});

describe('the list of problems', () => {
  const problems = windows.length - 1;

  it('counts them as a person would', () => {
    const header = (count: number): string =>
      rowsOf(openUi(windows, problems), withProblems(count))[0] ?? '';
    expect(header(27)).toMatch(/^ 25 errors, 2 warnings · /);
    expect(header(3)).toMatch(/^ 1 error, 2 warnings · /);
    // A check that failed without an error is one itself.
    expect(header(1)).toMatch(/^ 1 error, 1 warning · /);
  });

  it('opens the file of the selected one at its very place', () => {
    const on = withProblems(3);
    const second = typed('\x1b[B', openUi(windows, problems), on);
    const [input] = new InputReader().read(Buffer.from('e'));
    expect(input && uiStep(second, input, on).effects).toEqual([
      { kind: 'edit', file: 'file-1.ts', line: 1, column: 2 },
    ]);
  });

  it('selects the row that is clicked, scrolled or not, and none below the last', () => {
    const on = withProblems(40);
    const clicked = (ui: Ui, row: number): string => {
      const before = rowsOf(ui, on)[row - 1] ?? '';
      const after = typed(`\x1b[<0;5;${row}M\x1b[<0;5;${row}m`, ui, on);
      const file = /file-(\d+)/.exec(before)?.[1];
      expect(String(after.selected.problems)).toBe(file);
      return file ?? '';
    };
    const top = openUi(windows, problems);
    expect(clicked(top, 5)).toBe('2');
    expect(Number(clicked(typed('\x1b[B'.repeat(25), top, on), 4))).toBeGreaterThan(15);
    const few = withProblems(2);
    expect(typed('\x1b[<0;5;9M', top, few).selected.problems).toBe(0);
    expect(typed('\x1b[<65;5;3M'.repeat(9), top, few).selected.problems).toBe(2);
  });
});

describe('a line that never ends', () => {
  /** As many rows of one line as a pane keeps. */
  const rows = 10_000;
  const cells = Array.from({ length: 80 }, () => 'y');
  const endless: PaneView = {
    ...linesPane([], 24),
    lineCount: rows,
    screenTop: rows - 24,
    text: () => 'y'.repeat(80),
    chars: () => cells,
    isWrapped: (line) => line > 0,
  };

  it('is searched and marked without putting all of it together for each row', () => {
    let read = 0;
    const counting: PaneView = {
      ...endless,
      chars: (line) => {
        read += 1;
        return endless.chars(line);
      },
    };
    const on = { ...around, pane: () => counting };
    const ui = typed('/y\r', openUi(windows, 1), on);
    expect(ui.mode.kind).toBe('copy');
    compose(ui, on);
    expect(read).toBeLessThan(20_000);
  });
});

describe('copy mode', () => {
  it('shows all lines again where a filter hid most', () => {
    const filtered = typed('Fline 42\r', openUi(windows, 1), around);
    expect(rowsOf(filtered, around).join('\n')).toContain('only “line 42”');
    const searched = typed('/line 7\r', filtered, around);
    expect(searched.message).toBe('nothing like “line 7” in lines with “line 42”');
    const all = typed('vF', filtered, around);
    expect(rowsOf(all, around).join('\n')).toMatch(/line 42[^]*line 43[^]*line 44/);
  });
});
