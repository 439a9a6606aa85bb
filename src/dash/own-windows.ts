import type { DashboardWindow } from '../views/dashboard/scene.ts';

/**
 * The windows that a client walks: all, or for a pane of a real tmux one window with that pane alone.
 *
 * @param pane `WINDOW/INDEX`
 */
export function ownWindows(
  all: readonly DashboardWindow[],
  pane: string | undefined,
): readonly DashboardWindow[] {
  if (pane === undefined) return all;
  const slash = pane.lastIndexOf('/');
  const window = all.find(({ name }) => name === pane.slice(0, slash));
  if (window === undefined) return all.slice(0, 1);
  if (window.kind !== 'panes') return [window];
  const one = window.panes[Number(pane.slice(slash + 1))];
  return [{ ...window, panes: one === undefined ? [] : [one] }];
}
