import type { Rect } from '../../util/cell-grid.ts';
import { LEAST_COLUMNS, LEAST_ROWS, partsOf } from './layout.ts';
import type { Split } from './layout.ts';

/** A border that a mouse can take hold of: between the parts `index` and `index + 1` of a line. */
export interface Border {
  /** From the whole window down: which part of which line leads to it. */
  readonly path: readonly number[];
  readonly index: number;
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/** The border at a place: a rule between columns, or the title row of the lower one of two rows. */
export function borderAt(split: Split, area: Rect, at: Place): Border | undefined {
  if (split.kind === 'pane') return undefined;
  const parts = partsOf(split, area);
  const index = parts.findIndex((part, here) => {
    const next = parts[here + 1];
    if (next === undefined || next.columns === 0 || next.rows === 0) return false;
    return split.kind === 'columns' ? at.x === part.x + part.columns : at.y === next.y;
  });
  if (index >= 0) return { path: [], index };
  const inside = parts.findIndex((part) => holds(part, at));
  const part = split.parts[inside];
  const partArea = parts[inside];
  if (part === undefined || partArea === undefined) return undefined;
  const found = borderAt(part, partArea, at);
  return found === undefined ? undefined : { ...found, path: [inside, ...found.path] };
}

/** Puts a border where the mouse is: what one part loses, its neighbour gains. */
export function moveBorder(split: Split, area: Rect, border: Border, to: Place): Split {
  if (split.kind === 'pane') return split;
  const areas = partsOf(split, area);
  const [step, ...path] = border.path;
  if (step !== undefined) {
    const parts = split.parts.map((part, at) => {
      const partArea = areas[at];
      if (at !== step || partArea === undefined) return part;
      return moveBorder(part, partArea, { ...border, path }, to);
    });
    return { ...split, parts };
  }
  const across = split.kind === 'columns';
  const sizes = areas.map(({ columns, rows }) => (across ? columns : rows));
  const [one, other] = [areas[border.index], areas[border.index + 1]];
  if (one === undefined || other === undefined) return split;
  const both = (sizes[border.index] ?? 0) + (sizes[border.index + 1] ?? 0);
  const least = across ? LEAST_COLUMNS : LEAST_ROWS;
  const wanted = across ? to.x - one.x : to.y - one.y;
  const size = Math.max(least, Math.min(both - least, wanted));
  // As sizes in cells the shares of all the others stay exactly what they are.
  const shares = sizes.map((share, at) =>
    at === border.index ? size : at === border.index + 1 ? both - size : share,
  );
  return { ...split, shares };
}

function holds(area: Rect, { x, y }: Place): boolean {
  return x >= area.x && x < area.x + area.columns && y >= area.y && y < area.y + area.rows;
}
