import { splitOf } from './layout.ts';
import type { DashboardWindow } from './scene.ts';
import { NORMAL } from './ui.ts';
import type { Ui, WindowUi } from './ui.ts';

/** The same view after the windows changed: by name, with what was resized or zoomed kept. */
export function rebase(
  ui: Ui,
  before: readonly DashboardWindow[],
  after: readonly DashboardWindow[],
): Ui {
  const oldIndex = (name: string | undefined): number =>
    before.findIndex((window) => window.name === name);
  const newIndex = (at: number): number =>
    Math.max(
      0,
      after.findIndex((window) => window.name === before[at]?.name),
    );
  const layouts = after.map((window): WindowUi => {
    const at = oldIndex(window.name);
    const kept = ui.layouts[at];
    if (kept !== undefined && panesOf(before[at]) === panesOf(window)) return kept;
    const count = window.kind === 'panes' ? window.panes.length : 1;
    const layout = window.kind === 'panes' ? window.layout : 'tiled';
    return { split: splitOf(layout, count), layout: 0, focus: 0, zoomed: false };
  });
  const isGone = !after.some(({ name }) => name === before[ui.window]?.name);
  return {
    ...ui,
    layouts,
    window: newIndex(isGone ? ui.lastWindow : ui.window),
    lastWindow: newIndex(ui.lastWindow),
    mode: isGone ? NORMAL : ui.mode,
  };
}

/** Of what a window is made, as text to compare. */
function panesOf(window: DashboardWindow | undefined): string {
  return window?.kind === 'panes'
    ? `${window.layout} ${window.panes.map(({ id }) => id).join(' ')}`
    : (window?.kind ?? '');
}
