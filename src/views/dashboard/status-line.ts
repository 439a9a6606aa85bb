import type { CellGrid } from '../../util/cell-grid.ts';
import { counted } from '../../util/counted.ts';
import { problemRows } from './rows.ts';
import type { Scene } from './scene.ts';
import { putText } from './text.ts';
import { textWidth } from '../text-width.ts';
import { THEME } from './theme.ts';
import type { Ui } from './ui.ts';

/** A window's name in the status line, and where it begins. */
export interface Tab {
  readonly window: number;
  readonly x: number;
  readonly text: string;
}

/** The names of the windows as they fit, the current one always. */
export function windowTabs(ui: Ui, around: Scene): readonly Tab[] {
  let x = textWidth(projectLabel(around)) + 1;
  const all = around.windows.map(({ name, kind }, window) => {
    const problems = kind === 'problems' ? problemRows(around).length : 0;
    const count = problems > 0 ? `(${problems})` : '';
    return { window, text: ` ${window}:${name}${count} ` };
  });
  const total = all.reduce((sum, { text }) => sum + textWidth(text), 0);
  const room = around.size.columns - x;
  // On a narrow screen only the current window is named.
  const shown = total <= room ? all : all.filter(({ window }) => window === ui.window);
  return shown.map(({ window, text }) => {
    const tab = { window, text, x };
    x += textWidth(text);
    return tab;
  });
}

const projectLabel = ({ label, context }: Scene): string => ` ${label} ${context} `;

/** The last row: instance, windows, and what is going on. */
export function drawStatusLine(grid: CellGrid, row: number, ui: Ui, around: Scene): void {
  const { columns } = around.size;
  grid.fill({ x: 0, y: row, columns, rows: 1 }, THEME.status);
  putText(grid, 0, row, projectLabel(around), THEME.statusCurrent, columns);
  let end = textWidth(projectLabel(around)) + 1;
  for (const { window, x, text } of windowTabs(ui, around)) {
    const kind = around.windows[window]?.kind;
    const bad = kind === 'problems' && problemRows(around).some(({ level }) => level === 'error');
    const style = window === ui.window ? THEME.statusCurrent : bad ? THEME.statusBad : THEME.status;
    end = putText(grid, x, row, text, style, columns - x);
  }
  const [text, style] = news(ui, around);
  const x = Math.max(0, columns - textWidth(text));
  // What is said to the person, or is wrong, matters more than the names of windows.
  if (x > end || style !== THEME.status || ui.mode.kind !== 'normal') {
    putText(grid, x, row, text, style, columns - x);
  }
}

function news(ui: Ui, around: Scene) {
  const { state, linked, prefix } = around;
  if (ui.mode.kind === 'prefix') return [` ${prefix} … `, THEME.statusKey] as const;
  if (ui.message !== '') return [` ${ui.message} `, THEME.statusKey] as const;
  if (ui.mode.kind === 'copy') {
    const what = ui.mode.anchor === undefined ? 'v select' : 'y copy';
    const filter = ui.views[ui.mode.pane]?.filter === undefined ? '' : ' · F all lines';
    return [
      ` COPY  ${what} · e edit file · / search · n N${filter} · q leave `,
      THEME.statusKey,
    ] as const;
  }
  if (!linked) return [' no session: dev up starts it again ', THEME.statusBad] as const;
  if (!state.engine.reachable) return [' the engine does not answer ', THEME.statusBad] as const;
  if (state.plan?.state === 'waiting-for-answer') {
    const { operations, failures } = state.plan;
    // It was agreed to another one.
    const what =
      failures === undefined ? 'waiting' : 'changed meanwhile, so another plan is waiting';
    return [
      ` ${what}: ${counted(operations.length, 'change')}: ${prefix} : apply, or dev up `,
      THEME.statusKey,
    ] as const;
  }
  if (state.plan?.state === 'applying') return [' applying changes … ', THEME.statusKey] as const;
  const running = state.modules.flatMap((module) =>
    module.checks.flatMap(({ check, running }) =>
      running === undefined ? [] : [`${module.name} ${check}`],
    ),
  );
  if (running.length > 0) return [` ⟳ ${running.join(', ')} `, THEME.status] as const;
  const watching = state.watching.mode === 'off' ? 'not watching' : 'watching';
  return [` ${watching} · ${prefix} ? help `, THEME.status] as const;
}
