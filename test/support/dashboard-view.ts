import { NO_MODES } from '../../src/dash/panes.ts';
import { EMPTY_STATE } from '../../src/state/session-state.ts';
import { CellGrid, PLAIN } from '../../src/util/cell-grid.ts';
import { dashboardWindows } from '../../src/views/dashboard/derive-windows.ts';
import type { PaneView, Scene } from '../../src/views/dashboard/scene.ts';
import { putText } from '../../src/views/dashboard/text.ts';

/** A pane of fixed lines, of which the last `rows` are the screen. */
export function linesPane(lines: readonly string[], rows: number, firstLine = 0): PaneView {
  const chars = (line: number): readonly string[] => {
    const grid = new CellGrid(40, 1);
    putText(grid, 0, 0, lines[line - firstLine] ?? '', PLAIN, 40);
    return grid.chars;
  };
  return {
    title: 'pane',
    hasEnded: false,
    firstLine,
    lineCount: lines.length,
    screenTop: firstLine + Math.max(0, lines.length - rows),
    rows,
    text: (line) => lines[line - firstLine] ?? '',
    chars,
    isWrapped: () => false,
    record: () => undefined,
    drawLine: (line, grid, x, y, columns) =>
      void putText(grid, x, y, lines[line - firstLine] ?? '', PLAIN, columns),
    cursor: () => ({ x: 0, y: rows - 1 }),
    modes: () => ({ ...NO_MODES, bracketedPaste: true }),
  };
}

export const LINES = Array.from({ length: 100 }, (_, at) => `line ${at}`);
export const windows = dashboardWindows({
  project: {
    modules: [],
    windows: [
      {
        name: 'one',
        layout: 'columns',
        panes: [
          { kind: 'logs', service: 'api' },
          { kind: 'shell', service: 'api' },
        ],
      },
      { name: 'two', layout: 'rows', panes: [{ kind: 'logs', service: 'db' }] },
    ],
  },
  services: new Map(),
});
export const around: Scene = {
  label: 'shop',
  context: 'dev',
  windows,
  state: {
    ...EMPTY_STATE,
    services: {
      api: {
        service: 'api',
        state: 'running',
        health: 'healthy',
        since: 1,
        ports: ['127.0.0.1:8443→443/tcp'],
      },
    },
  },
  linked: true,
  stats: new Map(),
  addresses: new Map(),
  nowMs: 1_000,
  size: { columns: 80, rows: 12 },
  bare: false,
  prefix: 'C-b',
  pane: (id) => linesPane(id === 'logs:db' ? ['other line 7'] : LINES, 10),
};
