import {
  BOLD,
  DEFAULT_COLOR,
  DIM,
  INVERSE,
  PLAIN,
  UNDERLINE,
  paletteColor,
} from '../../util/cell-grid.ts';
import type { Style } from '../../util/cell-grid.ts';

/** The dashboard's own colours, out of the 16 that every terminal's theme defines. */
const style = (fg: number | undefined, attributes = 0, bg?: number): Style => ({
  fg: fg === undefined ? DEFAULT_COLOR : paletteColor(fg),
  bg: bg === undefined ? DEFAULT_COLOR : paletteColor(bg),
  attributes,
});

export const THEME = {
  plain: PLAIN,
  dim: style(8),
  good: style(2),
  bad: style(1, BOLD),
  warning: style(3),
  running: style(6),
  heading: style(undefined, BOLD | UNDERLINE),
  bold: style(undefined, BOLD),
  selected: style(undefined, INVERSE),
  rule: style(8),
  title: style(7, DIM),
  titleFocused: style(0, BOLD, 6),
  titleStands: style(0, BOLD, 3),
  status: style(7, 0, 8),
  statusCurrent: style(15, BOLD, 4),
  statusBad: style(15, BOLD, 1),
  statusKey: style(0, BOLD, 3),
  box: style(6),
} as const;
