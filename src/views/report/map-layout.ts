import type { MapEdge, SystemMapNode, SystemMap } from '../../release/report-data.ts';

/** Where a box of the picture lies, in its own units. */
export interface Box {
  readonly node: SystemMapNode;
  readonly x: number;
  readonly y: number;
}

export interface Picture {
  readonly boxes: readonly Box[];
  readonly width: number;
  readonly height: number;
}

export const BOX = { width: 168, height: 50 } as const;
const GAP = { x: 22, y: 46 } as const;
/** More in a row would be too small to read on a phone. */
const IN_ROW = 4;
const MARGIN = 6;

/** How many calls a node is away from those that nobody calls; circles are cut. */
function depths({ nodes, edges }: SystemMap): ReadonlyMap<string, number> {
  const callers = new Map<string, string[]>();
  for (const { from, to } of edges) callers.set(to, [...(callers.get(to) ?? []), from]);
  const known = new Map<string, number>();
  const depthOf = (name: string, path: ReadonlySet<string>): number => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const above = (callers.get(name) ?? []).filter((one) => !path.has(one));
    const deeper = new Set([...path, name]);
    const depth = Math.max(-1, ...above.map((one) => depthOf(one, deeper))) + 1;
    known.set(name, depth);
    return depth;
  };
  for (const { name } of nodes) depthOf(name, new Set());
  return known;
}

/** Each below the middle of those that call it, so that lines cross seldom. */
function arranged(
  row: readonly SystemMapNode[],
  edges: readonly MapEdge[],
  at: ReadonlyMap<string, number>,
): readonly SystemMapNode[] {
  const weight = ({ name }: SystemMapNode): number => {
    const above = edges.flatMap(({ from, to }) => (to === name ? (at.get(from) ?? []) : []));
    return above.reduce((sum, x) => sum + x, 0) / Math.max(1, above.length);
  };
  return row.toSorted((a, b) => weight(a) - weight(b) || (a.name < b.name ? -1 : 1));
}

/** Puts who calls above who is called. Pure: the same system, the same picture. */
export function layOut(map: SystemMap): Picture {
  const depth = depths(map);
  const deepest = Math.max(0, ...depth.values());
  const at = new Map<string, number>();
  const rows: (readonly SystemMapNode[])[] = [];
  for (let level = 0; level <= deepest; level += 1) {
    const layer = arranged(
      map.nodes.filter(({ name }) => depth.get(name) === level),
      map.edges,
      at,
    );
    const count = Math.ceil(layer.length / IN_ROW);
    const size = Math.ceil(layer.length / Math.max(1, count));
    for (let row = 0; row < count; row += 1) rows.push(layer.slice(row * size, (row + 1) * size));
    layer.forEach(({ name }, index) => at.set(name, (index + 0.5) / layer.length));
  }
  const widest = Math.max(1, ...rows.map((row) => row.length));
  const width = widest * (BOX.width + GAP.x) - GAP.x + 2 * MARGIN;
  const boxes = rows.flatMap((row, y) => {
    const taken = row.length * (BOX.width + GAP.x) - GAP.x;
    return row.map((node, x) => ({
      node,
      x: (width - taken) / 2 + x * (BOX.width + GAP.x),
      y: MARGIN + y * (BOX.height + GAP.y),
    }));
  });
  return { boxes, width, height: rows.length * (BOX.height + GAP.y) - GAP.y + 2 * MARGIN };
}
