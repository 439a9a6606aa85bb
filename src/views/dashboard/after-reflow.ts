import { inSight } from './copy-mode.ts';
import type { PaneView } from './scene.ts';
import type { TextPlace, Ui } from './ui.ts';

/**
 * The same view after a pane got another size and its lines other numbers: what was at the top, the
 * cursor and the selection of copy mode, and what was found are where they were in the text.
 */
export function afterReflow(
  ui: Ui,
  id: string,
  carry: (place: TextPlace) => TextPlace,
  pane: PaneView,
): Ui {
  const { mode, held, views } = ui;
  const lineOf = (line: number): number => carry({ line, column: 0 }).line;
  const top = views[id]?.top;
  const next: Ui = {
    ...ui,
    views: top === undefined ? views : { ...views, [id]: { ...views[id], top: lineOf(top) } },
    held: held?.kind === 'pane' && held.pane === id ? { ...held, at: carry(held.at) } : held,
  };
  if (mode.kind === 'results') {
    const matches = mode.matches.map((match) =>
      match.pane === id ? { ...match, ...carry(match) } : match,
    );
    return { ...next, mode: { ...mode, matches } };
  }
  if (mode.kind !== 'copy' || mode.pane !== id) return next;
  const anchor = mode.anchor === undefined ? {} : { anchor: carry(mode.anchor) };
  return inSight(next, { ...mode, ...anchor, at: carry(mode.at) }, pane);
}
