import { describe, expect, it } from 'vitest';
import { compose } from '../../../../src/views/dashboard/compose.ts';
import { dashboardWindows } from '../../../../src/views/dashboard/derive-windows.ts';
import type { TerminalInput } from '../../../../src/views/dashboard/input.ts';
import { InputReader } from '../../../../src/views/dashboard/input.ts';
import { geometry } from '../../../../src/views/dashboard/geometry.ts';
import { rebase } from '../../../../src/views/dashboard/rebase.ts';
import { findFrom, matchesIn } from '../../../../src/views/dashboard/search.ts';
import { shownRows } from '../../../../src/views/dashboard/shown-rows.ts';
import { uiStep } from '../../../../src/views/dashboard/step.ts';
import type { PaneView } from '../../../../src/views/dashboard/scene.ts';
import { LINES, around, linesPane, windows } from '../../../support/dashboard-view.ts';
import { beginWith, openUi } from '../../../../src/views/dashboard/ui.ts';
import type { Effect, Ui } from '../../../../src/views/dashboard/ui.ts';

/** Types keys, as bytes, and gives the view and everything asked for on the way. */
function type(
  keys: string,
  from: Ui = openUi(windows, 1),
  there = around,
): { ui: Ui; effects: Effect[] } {
  const reader = new InputReader();
  const inputs: TerminalInput[] = [...reader.read(Buffer.from(keys)), ...reader.flush()];
  const effects: Effect[] = [];
  let ui = from;
  for (const input of inputs) {
    const next = uiStep(ui, input, there);
    ui = next.ui;
    effects.push(...next.effects);
  }
  return { ui, effects };
}
const screen = (ui: Ui): string[] => {
  const { grid } = compose(ui, around);
  return Array.from({ length: grid.rows }, (_, y) => grid.rowText(y));
};

describe('the window to begin with', () => {
  it('is the one of that name, beginning or number, and what is none is told', () => {
    const names = windows.map(({ name }) => name);
    const last = names.length - 1;
    for (const wanted of [names[last] ?? '', String(last)]) {
      expect(beginWith(windows, wanted)).toMatchObject({ window: last, message: '' });
    }
    const none = beginWith(windows, 'nix');
    expect(none).toMatchObject({ window: 0, message: 'there is no window nix' });
    expect(screen(none).join('\n')).toContain('there is no window nix');
  });
});

describe('keys', () => {
  it('go to the program of an interactive pane, commands to the others', () => {
    expect(type('q').effects).toEqual([{ kind: 'detach' }]);
    expect(type('\x02\x1b[Cq').effects).toEqual([{ kind: 'send', pane: 'shell:api', data: 'q' }]);
    expect(
      type('\x02\x1b[C\x1b[A\x02\x02').effects.map((effect) => 'data' in effect && effect.data),
    ).toEqual(['\x1b[A', '\x02']);
  });

  it('show windows by number, name, next, previous and last', () => {
    expect(type('\x020').ui.window).toBe(0);
    expect(type('\x02n').ui.window).toBe(2);
    expect(type('\x02p\x02p').ui.window).toBe(3);
    expect(type('\x02n\x02l').ui.window).toBe(1);
    expect(type("\x02'tw\r").ui.window).toBe(2);
    expect(type('\x029').ui.message).toContain('no window 9');
  });

  it('search and filter by the same letters with and without the prefix', () => {
    for (const before of ['', '\x02']) {
      expect(type(`${before}f`).ui.mode).toMatchObject({ kind: 'prompt', purpose: 'search-all' });
      expect(type(`${before}F`).ui.mode).toMatchObject({ kind: 'prompt', purpose: 'filter' });
    }
  });

  it('that mean nothing say so', () => {
    expect(type('\x02y').ui.message).toContain('means nothing');
  });

  it('restart the service of the pane, and ask before data is lost', () => {
    expect(type('\x02r').effects).toEqual([
      { kind: 'intent', intent: { kind: 'restart-service', service: 'api' } },
    ]);
    const asked = type('\x02D');
    expect(asked.effects).toEqual([]);
    expect(screen(asked.ui).join('\n')).toContain('Remove all data of api');
    expect(type('n', asked.ui).effects).toEqual([]);
    expect(type('y', asked.ui).effects).toEqual([
      { kind: 'intent', intent: { kind: 'reset-data', service: 'api' } },
    ]);
    expect(type('u').effects).toEqual([{ kind: 'open-url', url: 'https://localhost:8443' }]);
  });

  it('pastes reach the program marked, and cannot end the mark themselves', () => {
    const pasted = type('\x02\x1b[C\x1b[200~a\nb\x1b[201~');
    expect(pasted.effects).toEqual([
      { kind: 'send', pane: 'shell:api', data: '\x1b[200~a\rb\x1b[201~' },
    ]);
  });
});

describe('scrolling', () => {
  it('stands still until it is back at the end', () => {
    const up = type('\x1b[5~').ui;
    expect(up.views['logs:api']).toEqual({ top: 80 });
    expect(screen(up)[1]).toContain('line 80');
    expect(screen(up)[0]).toContain('stands, 10 below');
    expect(type('\x1b[6~', up).ui.views['logs:api']).toEqual({});
    expect(type('g').ui.views['logs:api']).toEqual({ top: 0 });
  });

  it('pause holds the pane where it is', () => {
    expect(type(' ').ui.views['logs:api']).toEqual({ top: 90 });
    expect(type('  ').ui.views['logs:api']).toEqual({});
  });

  it('a filter leaves the lines that contain it', () => {
    expect(
      screen(type('Fline 5\r').ui)
        .slice(1, 11)
        .map((row) => row.slice(0, 8).trimEnd()),
    ).toEqual(['line 50', ...Array.from({ length: 9 }, (_, at) => `line 5${at + 1}`)].slice(0, 10));
  });
});

describe('a filtered pane', () => {
  const rowsOf = (ui: Ui): string[] =>
    screen(ui)
      .slice(1, 11)
      .map((row) => row.slice(0, 8).trimEnd());
  const lines = (from: number, to: number): string[] =>
    Array.from({ length: to - from + 1 }, (_, at) => `line ${from + at}`);
  // 19 lines: 7, 17, 27, …, 67, 70 to 79, 87, 97.
  const filtered = type('F7\r').ui;
  const tenth = ['line 72', ...lines(73, 79), 'line 87', 'line 97'];

  it('scrolls through what the filter leaves', () => {
    expect(rowsOf(filtered)).toEqual(tenth);
    const up = type('kk', filtered).ui;
    expect(rowsOf(up)).toEqual(lines(70, 79));
    expect(screen(up)[0]).toContain('only “7”, stands');
    expect(rowsOf(type('\x1b[5~', up).ui)[0]).toBe('line 7');
    expect(rowsOf(type('g', filtered).ui)).toEqual(rowsOf(type('\x1b[5~', up).ui));
    expect(type('jj', up).ui.views['logs:api']).toEqual({ filter: '7' });
  });

  it('goes to its end first, then to all lines', () => {
    const end = type('kkkG', filtered).ui;
    expect(end.views['logs:api']).toEqual({ filter: '7' });
    expect(type('G', end).ui.views['logs:api']).toEqual({});
  });

  it('can be paused', () => {
    const paused = type(' ', filtered).ui;
    expect(paused.views['logs:api']).toEqual({ filter: '7', top: 72 });
    expect(rowsOf(paused)).toEqual(tenth);
  });

  it('is walked and copied as it is shown', () => {
    const copy = type('v', filtered).ui;
    expect(copy.mode).toMatchObject({ kind: 'copy', at: { line: 97 } });
    expect(rowsOf(copy)).toEqual(tenth);
    const { effects, ui } = type('vkkky', copy);
    expect(effects).toEqual([{ kind: 'copy', text: 'line 78\nline 79\nline 87\nl' }]);
    expect(ui.views['logs:api']).toEqual({ filter: '7' });
    const top = type('g', copy).ui;
    expect(rowsOf(top)[0]).toBe('line 7');
    expect(rowsOf(type('G', top).ui)).toEqual(tenth);
    expect(type('\x1b[5~', copy).ui.mode).toMatchObject({ at: { line: 71 } });
  });

  it('opens the file that the line names, from copy mode', () => {
    const there = { ...around, pane: () => linesPane(['at x (/workspace/api/a.ts:7:1)'], 1) };
    const copy = type('v', openUi(windows, 1), there).ui;
    const { effects, ui } = type('e', copy, there);
    expect(effects).toEqual([{ kind: 'edit', file: 'api/a.ts', line: 7, column: 1 }]);
    expect(ui.mode.kind).toBe('normal');
    expect(type('e', type('v').ui).ui.message).toBe('no file and line are named here');
  });

  it('is searched in what it shows', () => {
    const found = type('/line\r', filtered).ui;
    expect(type('nnn', found).ui.mode).toMatchObject({ kind: 'copy', at: { line: 78 } });
    expect(type('/line 8\rn', filtered).ui.message).toBe('no more matches');
    expect(type('/line 5\r', filtered).ui.mode).toMatchObject({ at: { line: 57 } });
  });

  it('shows what stands around a line when copy mode is asked for all lines', () => {
    const all = type('vkkF', filtered).ui;
    expect(all.mode).toMatchObject({ kind: 'copy', at: { line: 79 } });
    expect(rowsOf(all)).toEqual(lines(72, 81));
    expect(all.views['logs:api']?.filter).toBeUndefined();
  });
});

describe('in lines that are wrapped', () => {
  // Two lines over five rows of ten columns.
  const rows = ['first 1234', 'error: no ', 'such file', 'second 123', '45 here'];
  const wrapped: PaneView = {
    ...linesPane(rows, 5, 7),
    chars: (line) => Array.from((rows[line - 7] ?? '').padEnd(10)),
    text: (line) => (rows[line - 7] ?? '').trimEnd(),
    isWrapped: (line) => [8, 9, 11].includes(line),
  };

  it('a search finds what stands over the end of a row, and marks both parts', () => {
    expect(findFrom(wrapped, 'no such', 12, 'up')).toEqual({ line: 8, column: 7 });
    expect(findFrom(wrapped, '12345 here', 12, 'up')).toEqual({ line: 10, column: 7 });
    expect(findFrom(wrapped, 'no such', 8, 'up')).toBeUndefined();
    expect(findFrom(wrapped, 'second', 8, 'down')).toEqual({ line: 10, column: 0 });
    expect(matchesIn(wrapped, 8, 'no such')).toEqual([{ column: 7, columns: 3 }]);
    expect(matchesIn(wrapped, 9, 'no such')).toEqual([{ column: 0, columns: 4 }]);
  });

  it('a filter leaves whole lines', () => {
    expect(shownRows(wrapped, { filter: 'no such' }, 10)).toEqual([7, 8, 9]);
    expect(shownRows(wrapped, { filter: 'e' }, 2)).toEqual([10, 11]);
  });
});

describe('search', () => {
  it('goes from match to match, with what stands around it', () => {
    const found = type('/LINE 4\r').ui;
    expect(found.message).toContain('nothing like');
    const match = type('/line 42\r').ui;
    expect(match.mode).toMatchObject({ kind: 'copy', at: { line: 42, column: 0 } });
    expect(screen(match).slice(1, 11).join('\n')).toMatch(/line 39[^]*line 42[^]*line 45/);
    const next = type('n', type('/line 5\r').ui).ui;
    expect(next.mode).toMatchObject({ at: { line: 58 } });
    expect(type('N', next).ui.mode).toMatchObject({ at: { line: 59 } });
  });

  it('over all panes lists the lines, and goes to the chosen one', () => {
    const list = type('\x02fline 7\r').ui;
    expect(list.mode).toMatchObject({ kind: 'results' });
    if (list.mode.kind !== 'results') return;
    expect(list.mode.matches.map(({ pane: id }) => id)).toContain('logs:db');
    const there = type('G\x1b[6~\x1b[6~\x1b[6~\r', list).ui;
    expect(there.window).toBe(2);
    expect(there.mode).toMatchObject({ kind: 'copy', pane: 'logs:db' });
  });
});

describe('copy mode', () => {
  it('copies what is selected, over lines', () => {
    const { effects, ui } = type('vg v\x1b[B\x1b[B$y');
    expect(effects).toEqual([{ kind: 'copy', text: 'line 0\nline 1\nline 2' }]);
    expect(ui.mode).toEqual({ kind: 'normal' });
    expect(ui.views['logs:api']).toEqual({});
  });

  it('copies with the mouse from where it was pressed', () => {
    const { effects } = type('\x1b[<0;1;2M\x1b[<32;3;2M\x1b[<32;6;2M\x1b[<0;6;2m');
    expect(effects).toEqual([{ kind: 'copy', text: 'line 9' }]);
  });
});

describe('the mouse', () => {
  const widths = (ui: Ui): readonly number[] =>
    geometry(windows[1], ui, around).panes.map(({ content }) => content.columns);

  it('moves a border, and what it does to a pane begins and ends there', () => {
    const [left = 0, right = 0] = widths(type('').ui);
    const dragged = type(
      `\x1b[<0;${left + 1};3M\x1b[<32;${left - 4};3M\x1b[<32;${left - 9};9M\x1b[<0;${left - 9};9m`,
    );
    expect(widths(dragged.ui)).toEqual([left - 10, right + 10]);
    expect(dragged.effects).toEqual([]);
    // Selected from the left pane on, with the mouse let go over the right one.
    const { effects } = type(`\x1b[<0;1;2M\x1b[<32;${left + 5};2M\x1b[<0;${left + 5};2m`);
    expect(effects).toEqual([{ kind: 'copy', text: 'line 90' }]);
  });

  it('never makes a pane smaller than can be seen', () => {
    const [left = 0, right = 0] = widths(type('').ui);
    const dragged = type(`\x1b[<0;${left + 1};3M\x1b[<32;1;3M\x1b[<0;1;3m`);
    expect(widths(dragged.ui)).toEqual([4, left + right - 4]);
  });

  it('scrolls in copy mode, its cursor in sight', () => {
    const { ui } = type('v\x1b[<64;2;2M\x1b[<64;2;2M');
    expect(ui.mode).toMatchObject({ kind: 'copy' });
    const top = ui.views['logs:api']?.top ?? 0;
    expect(top).toBe(linesPane(LINES, 10).screenTop - 6);
    expect(ui.mode.kind === 'copy' && ui.mode.at.line).toBe(top + 9);
  });
});

describe('on a screen of 80 columns', () => {
  it('a session that is gone is said over the names of many windows', () => {
    const many = Array.from({ length: 9 }, (_, at) => ({
      kind: 'panes' as const,
      name: `win${at}`,
      layout: 'tiled' as const,
      panes: [],
    }));
    const gone = { ...around, windows: many, linked: false };
    const { grid } = compose(openUi(many, 1), gone);
    expect(grid.rowText(grid.rows - 1)).toContain('no session: dev up starts it again');
  });

  it('a result shows its match, however far to the right it is', () => {
    const long = `${'x'.repeat(150)} needle ${'y'.repeat(50)}`;
    const there = {
      ...around,
      pane: (id: string) => linesPane(id === 'logs:db' ? [long] : ['z'], 1),
    };
    const { grid } = compose(type('fneedle\r', openUi(windows, 1), there).ui, there);
    expect(grid.rowText(1)).toMatch(/…x+ needle y/);
  });

  it('a zoomed pane says so', () => {
    expect(screen(type('z').ui)[0]).toContain('zoomed');
    expect(screen(type('zz').ui)[0]).not.toContain('zoomed');
  });
});

describe('the palette', () => {
  it('finds a command by parts of its name', () => {
    expect(type(':rest api\r').effects).toEqual([
      { kind: 'intent', intent: { kind: 'restart-service', service: 'api' } },
    ]);
  });

  it('opens for a switch with words that one can go on typing after', () => {
    const api = { name: 'api', path: 'api', uses: [], run: true, watch: true, checks: [] };
    const there = { ...around, state: { ...around.state, modules: [api] } };
    expect(type('twatching\r', openUi(windows, 1), there).effects).toEqual([
      { kind: 'intent', intent: { kind: 'toggle-watch', module: 'api' } },
    ]);
  });

  it('opens a service at its name before its port', () => {
    const addresses = new Map([['api', ['https://shop.localhost', 'https://api.shop.localhost']]]);
    const named = { ...around, addresses };
    const opened = (keys: string) => type(keys, openUi(windows, 1), named).effects;
    const first = [{ kind: 'open-url', url: 'https://shop.localhost' }];
    expect(opened(':open api.shop\r')).toEqual([
      { kind: 'open-url', url: 'https://api.shop.localhost' },
    ]);
    expect(opened(':open 8443\r')).toEqual([{ kind: 'open-url', url: 'https://localhost:8443' }]);
    expect(opened('u')).toEqual(first);
    const wide = { ...named, size: { columns: 120, rows: 12 } };
    const { grid } = compose(openUi(windows, 0), wide);
    expect(grid.rowText(1)).toContain('address');
    expect(grid.rowText(2)).toMatch(/api .* shop\.localhost 8443→443$/);
    const plain = compose(openUi(windows, 0), { ...wide, addresses: new Map() }).grid;
    expect([plain.rowText(1), plain.rowText(2)]).toEqual([
      expect.stringContaining('ports'),
      expect.stringContaining('8443→443'),
    ]);
  });

  it('says that nothing is called so', () => {
    expect(type(':no such thing\r').ui.message).toBe('no command no such thing');
  });
});

describe('windows that change', () => {
  it('keep their names, focus and zoom', () => {
    const ui = type('\x02\x1b[C\x02z').ui;
    const after = [windows[0], windows[2], windows[1], windows[3]].flatMap((one) => one ?? []);
    const next = rebase(ui, windows, after);
    expect(next.window).toBe(2);
    expect(next.layouts[2]).toMatchObject({ focus: 1, zoomed: true });
    expect(rebase(ui, windows, windows.slice(0, 1)).window).toBe(0);
  });

  it('come from the services that interact when dev.yaml names none', () => {
    const derived = dashboardWindows({
      project: { modules: [], windows: [] },
      services: new Map([
        ['api', ['db']],
        ['db', []],
        ['mail', []],
      ]),
    });
    expect(derived.map(({ name }) => name)).toEqual(['overview', 'api', 'mail', 'problems']);
    expect(derived[1]).toMatchObject({ panes: [{ id: 'logs:api' }, { id: 'logs:db' }] });
  });

  it('have the pipeline among them once it has run, and only once', () => {
    const names = (windows: Parameters<typeof dashboardWindows>[0]['project']['windows']) =>
      dashboardWindows({
        project: { modules: [], windows },
        services: new Map([['api', []]]),
        hasRuns: true,
      }).map(({ name }) => name);
    expect(names([])).toEqual(['overview', 'api', 'pipeline', 'problems']);
    const own = { name: 'mine', layout: 'tiled', panes: [{ kind: 'pipeline' }] } as const;
    expect(names([own])).toEqual(['overview', 'mine', 'problems']);
  });
});
