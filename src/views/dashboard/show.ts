import { focusOf } from './subject.ts';
import type { Scene } from './scene.ts';
import type { Ui } from './ui.ts';

/** Goes to a window, and remembers the one before. */
export function showWindow(ui: Ui, window: number, around: Scene): Ui {
  if (window === ui.window) return ui;
  if (around.windows[window] === undefined) return { ...ui, message: `no window ${window}` };
  return { ...ui, window, lastWindow: ui.window };
}

/** From a list to the pane about the selected row: its checks from the problems, else its logs. */
export function openPaneOf(ui: Ui, around: Scene): Ui {
  const { service, module } = focusOf(ui, around);
  const name = module ?? service;
  const wanted =
    around.windows[ui.window]?.kind === 'problems' ? ['checks', 'logs'] : ['logs', 'checks'];
  for (const kind of wanted) {
    for (const [at, window] of around.windows.entries()) {
      if (window.kind !== 'panes') continue;
      const focus = window.panes.findIndex(
        ({ definition: pane }) =>
          pane.kind === kind &&
          (pane.kind === 'checks' ? pane.module : 'service' in pane ? pane.service : '') === name,
      );
      if (focus < 0) continue;
      const there = showWindow(ui, at, around);
      const layouts = there.layouts.map((one, index) => (index === at ? { ...one, focus } : one));
      return { ...there, layouts };
    }
  }
  return { ...ui, message: name === undefined ? 'nothing selected' : `no pane shows ${name}` };
}
