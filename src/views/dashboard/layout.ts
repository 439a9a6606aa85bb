import type { WindowDefinition } from '../../model/window.ts';
import type { Rect } from '../../util/cell-grid.ts';
import { unreachable } from '../../util/unreachable.ts';

export type LayoutName = WindowDefinition['layout'];
export const LAYOUTS: readonly LayoutName[] = ['tiled', 'rows', 'columns', 'main-left', 'main-top'];

/** Panes are not made smaller than this many columns or rows (one of the rows is the title). */
export const LEAST_COLUMNS = 4;
export const LEAST_ROWS = 2;

/**
 * How the space is shared: a line of parts, side by side or one above the other, each a pane or
 * another line. `shares` are relative sizes, which the resize keys change.
 */
export type Split =
  | { readonly kind: 'pane'; readonly index: number }
  | {
      readonly kind: 'columns' | 'rows';
      readonly parts: readonly Split[];
      readonly shares: readonly number[];
    };

/** Where a pane is: its whole box (title row included). */
export interface PlacedPane {
  readonly index: number;
  readonly box: Rect;
}

export interface Placement {
  readonly panes: readonly PlacedPane[];
  /** Vertical lines between panes. */
  readonly rules: readonly Rect[];
}

/** The split that a named layout makes of so many panes. `columns` decides how tiles are cut. */
export function splitOf(layout: LayoutName, count: number): Split {
  const all = Array.from({ length: count }, (_, index) => index);
  switch (layout) {
    case 'rows':
      return line('rows', all.map(pane));
    case 'columns':
      return line('columns', all.map(pane));
    case 'main-left':
      return withMain('columns', 'rows', all);
    case 'main-top':
      return withMain('rows', 'columns', all);
    case 'tiled':
      return tiles(all);
    default:
      return unreachable(layout);
  }
}

/** Shares an area out. Columns are parted by a rule of one column; rows by the panes' own titles. */
export function place(split: Split, area: Rect): Placement {
  const panes: PlacedPane[] = [];
  const rules: Rect[] = [];
  placeInto(split, area, panes, rules);
  return { panes, rules };
}

/** Moves the border on the pane's side: positive grows the pane, in steps of 5 %. */
export function resize(
  split: Split,
  paneIndex: number,
  direction: 'columns' | 'rows',
  steps: number,
): Split {
  if (split.kind === 'pane') return split;
  const holder = split.parts.findIndex((part) => holds(part, paneIndex));
  const inner = split.parts.map((part, at) =>
    at === holder ? resize(part, paneIndex, direction, steps) : part,
  );
  // The innermost line in that direction is the one whose border moves.
  const done = inner.some((part, at) => part !== split.parts[at]);
  if (done) return { ...split, parts: inner };
  if (split.kind !== direction || split.parts.length < 2 || holder < 0) return split;
  const total = split.shares.reduce((sum, share) => sum + share, 0);
  const neighbour = holder === split.parts.length - 1 ? holder - 1 : holder + 1;
  const least = total * 0.05;
  const wanted = total * 0.05 * steps;
  const room = {
    grow: (split.shares[neighbour] ?? 0) - least,
    shrink: (split.shares[holder] ?? 0) - least,
  };
  const moved = Math.max(-room.shrink, Math.min(room.grow, wanted));
  if (Math.abs(moved) < 1e-9) return split;
  const shares = split.shares.map((share, at) =>
    at === holder ? share + moved : at === neighbour ? share - moved : share,
  );
  return { ...split, shares };
}

/** The pane next to one in a direction, as a person sees it; the same one when there is none. */
export function neighbourOf(
  placement: Placement,
  from: number,
  direction: 'left' | 'right' | 'up' | 'down',
): number {
  const own = placement.panes.find((placed) => placed.index === from)?.box;
  if (own === undefined) return from;
  let best = from;
  let bestScore = Number.POSITIVE_INFINITY;
  for (const { index, box } of placement.panes) {
    if (index === from) continue;
    const gap = {
      left: own.x - (box.x + box.columns),
      right: box.x - (own.x + own.columns),
      up: own.y - (box.y + box.rows),
      down: box.y - (own.y + own.rows),
    }[direction];
    if (gap < 0) continue;
    const sideways = direction === 'left' || direction === 'right';
    const off = sideways ? Math.abs(box.y - own.y) : Math.abs(box.x - own.x);
    const overlaps = sideways
      ? box.y < own.y + own.rows && own.y < box.y + box.rows
      : box.x < own.x + own.columns && own.x < box.x + box.columns;
    if (!overlaps) continue;
    const score = gap * 1000 + off;
    if (score < bestScore) {
      best = index;
      bestScore = score;
    }
  }
  return best;
}

const pane = (index: number): Split => ({ kind: 'pane', index });

function line(kind: 'columns' | 'rows', parts: readonly Split[]): Split {
  const only = parts[0];
  if (parts.length === 1 && only !== undefined) return only;
  return { kind, parts, shares: parts.map(() => 1) };
}

function withMain(
  outer: 'columns' | 'rows',
  inner: 'columns' | 'rows',
  all: readonly number[],
): Split {
  const [main, ...rest] = all;
  if (main === undefined || rest.length === 0) return line(outer, all.map(pane));
  return { kind: outer, parts: [pane(main), line(inner, rest.map(pane))], shares: [3, 2] };
}

function tiles(all: readonly number[]): Split {
  const columns = Math.ceil(Math.sqrt(all.length / 2)) || 1;
  const rows = Math.ceil(all.length / columns);
  const lines: Split[] = [];
  for (let row = 0; row < rows; row += 1) {
    lines.push(line('columns', all.slice(row * columns, (row + 1) * columns).map(pane)));
  }
  return line('rows', lines);
}

function holds(split: Split, index: number): boolean {
  return split.kind === 'pane'
    ? split.index === index
    : split.parts.some((part) => holds(part, index));
}

function placeInto(split: Split, area: Rect, panes: PlacedPane[], rules: Rect[]): void {
  if (split.kind === 'pane') {
    if (area.columns > 0 && area.rows > 0) panes.push({ index: split.index, box: area });
    return;
  }
  const areas = partsOf(split, area);
  split.parts.forEach((part, index) => {
    const own = areas[index];
    if (own === undefined) return;
    placeInto(part, own, panes, rules);
    if (split.kind === 'columns' && (areas[index + 1]?.columns ?? 0) > 0) {
      rules.push({ x: own.x + own.columns, y: area.y, columns: 1, rows: area.rows });
    }
  });
}

/** The areas of a line's parts, in their order; one that does not fit any more is empty. */
export function partsOf(
  { kind, shares }: Exclude<Split, { kind: 'pane' }>,
  area: Rect,
): readonly Rect[] {
  const across = kind === 'columns';
  const gap = across ? 1 : 0;
  const length = across ? area.columns : area.rows;
  let at = across ? area.x : area.y;
  return shareOut(shares, length, gap, across ? LEAST_COLUMNS : LEAST_ROWS).map((size) => {
    const own = across
      ? { x: at, y: area.y, columns: size, rows: area.rows }
      : { x: area.x, y: at, columns: area.columns, rows: size };
    at += size + gap;
    return own;
  });
}

/** Whole sizes in proportion to the shares; parts that no longer fit get nothing. */
function shareOut(shares: readonly number[], length: number, gap: number, least: number): number[] {
  const most = Math.floor((length + gap) / (least + gap));
  const fits = Math.max(1, Math.min(shares.length, most));
  const room = length - gap * (fits - 1);
  const total = shares.slice(0, fits).reduce((sum, share) => sum + share, 0);
  const sizes: number[] = [];
  let taken = 0;
  let seen = 0;
  for (let at = 0; at < shares.length; at += 1) {
    if (at >= fits) {
      sizes.push(0);
      continue;
    }
    seen += shares[at] ?? 0;
    const later = (fits - at - 1) * least;
    const edge = at === fits - 1 ? room : Math.round((room * seen) / total);
    const size = Math.max(Math.min(least, room), Math.min(edge - taken, room - taken - later));
    sizes.push(size);
    taken += size;
  }
  return sizes;
}
