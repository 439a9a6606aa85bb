/**
 * Parts of a merged document as text, with all that they know of where they come from, so that they
 * need not be merged again to be explained. Nodes stand in a table, each after those that it names:
 * histories share nodes.
 */
import type { Place, Source } from '../source.ts';
import type { Entry, MapNode, Node, Removed, ScalarNode, ScalarValue } from '../tree.ts';

/** The label of the tool; or which source, start and end. */
type KeptPlace = string | readonly [source: number, start: number, end: number];
/** Name, where its key stands (or who removed it), and which node. */
type KeptEntry = readonly [name: string, place: KeptPlace, node: number];

interface KeptBase {
  readonly at: KeptPlace;
  readonly over?: number;
}
interface KeptScalar extends KeptBase {
  readonly type: ScalarNode['type'];
  readonly value: string | number | boolean | null;
  /** The value is the text of a number that JSON has no form for. */
  readonly as?: 'bigint' | 'number';
}
interface KeptList extends KeptBase {
  readonly items: readonly number[];
  readonly absent?: true;
}
interface KeptMap extends KeptBase {
  readonly entries: readonly KeptEntry[];
  readonly removed?: readonly KeptEntry[];
}
type KeptNode = KeptScalar | KeptList | KeptMap;

/** The table; the part itself is its last node. */
export type KeptPart = readonly KeptNode[];

/** Numbers sources in the order in which they are met. */
export class SourceNumbers {
  readonly #numbers = new Map<Source, number>();

  of(source: Source): number {
    const known = this.#numbers.get(source);
    if (known !== undefined) return known;
    this.#numbers.set(source, this.#numbers.size);
    return this.#numbers.size - 1;
  }

  get all(): readonly Source[] {
    return [...this.#numbers.keys()];
  }
}

export function keepPart(root: Node, numbers: SourceNumbers): KeptPart {
  const table: KeptNode[] = [];
  const known = new Map<Node, number>();
  const place = (at: Place): KeptPlace =>
    'source' in at ? [numbers.of(at.source), at.start, at.end] : at.tool;
  const keep = (node: Node): number => {
    const before = known.get(node);
    if (before !== undefined) return before;
    const over = node.over === undefined ? {} : { over: keep(node.over) };
    const base = { at: place(node.at), ...over };
    if (node.kind === 'scalar') table.push({ ...base, type: node.type, ...keptValue(node.value) });
    else if (node.kind === 'list') {
      const items = node.items.map(keep);
      table.push({ ...base, items, ...(node.absent === true && { absent: true }) });
    } else {
      const entries = [...node.entries].map(([name, { key, value }]): KeptEntry => [
        name,
        place(key),
        keep(value),
      ]);
      const removed = [...(node.removed ?? [])].map(([name, { by, value }]): KeptEntry => [
        name,
        place(by),
        keep(value),
      ]);
      table.push({ ...base, entries, ...(removed.length > 0 && { removed }) });
    }
    known.set(node, table.length - 1);
    return table.length - 1;
  };
  keep(root);
  return table;
}

function keptValue(value: ScalarValue): Pick<KeptScalar, 'value' | 'as'> {
  if (typeof value === 'bigint') return { value: String(value), as: 'bigint' };
  const isOdd = typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0));
  if (isOdd) return { value: Object.is(value, -0) ? '-0' : String(value), as: 'number' };
  return { value };
}

function valueOf({ value, as }: KeptScalar): ScalarValue {
  if (as === undefined) return value;
  return as === 'bigint' ? BigInt(String(value)) : Number(value);
}

/** The part again, as `keepPart` was given it. */
export function readPart(part: KeptPart, sources: readonly Source[]): Node {
  const nodes: Node[] = [];
  const at = (index: number): Node => {
    const node = nodes[index];
    if (node === undefined) throw new Error('a kept node stands before one that it names');
    return node;
  };
  const place = (kept: KeptPlace): Place => {
    if (typeof kept === 'string') return { tool: kept };
    const [number, start, end] = kept;
    const source = sources[number];
    if (source === undefined) throw new Error('a kept place is of no source');
    return { source, start, end };
  };
  for (const kept of part) {
    const base = {
      at: place(kept.at),
      ...(kept.over !== undefined && { over: at(kept.over) }),
    };
    if ('type' in kept) {
      nodes.push({ kind: 'scalar', type: kept.type, value: valueOf(kept), ...base });
    } else if ('items' in kept) {
      const absent = kept.absent === true && { absent: true };
      nodes.push({ kind: 'list', items: kept.items.map(at), ...base, ...absent });
    } else {
      nodes.push(readMap(kept, base, { at, place }));
    }
  }
  return at(part.length - 1);
}

function readMap(
  kept: KeptMap,
  base: Pick<MapNode, 'at' | 'over'>,
  {
    at,
    place,
  }: { readonly at: (index: number) => Node; readonly place: (kept: KeptPlace) => Place },
): MapNode {
  const entries = new Map(
    kept.entries.map(([name, key, node]): [string, Entry] => [
      name,
      { key: place(key), value: at(node) },
    ]),
  );
  const removed = kept.removed?.map(([name, by, node]): [string, Removed] => [
    name,
    { by: place(by), value: at(node) },
  ]);
  return { kind: 'map', entries, ...base, ...(removed && { removed: new Map(removed) }) };
}
