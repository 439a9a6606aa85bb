import type { Place } from './source.ts';
import { unreachable } from '../util/unreachable.ts';

/**
 * The tree that merging works on: YAML values as Compose's own parser types them, each with the
 * place that set it and the chain of what it replaced.
 */
export type Node = ScalarNode | ListNode | MapNode;

export type ScalarValue = string | number | bigint | boolean | null;

export interface ScalarNode {
  readonly kind: 'scalar';
  /** `float` keeps 1.0 apart from 1; `timestamp` holds the text as written. */
  readonly type: 'string' | 'int' | 'float' | 'bool' | 'null' | 'timestamp';
  readonly value: ScalarValue;
  readonly at: Place;
  /** What this value replaced. */
  over?: Node;
}

export interface ListNode {
  readonly kind: 'list';
  items: Node[];
  readonly at: Place;
  over?: Node;
  /**
   * An empty list that Compose holds as "no list" after its own clean-up, and then refuses as null
   * when the next file is merged.
   */
  absent?: boolean;
}

export interface MapNode {
  readonly kind: 'map';
  readonly entries: Map<string, Entry>;
  readonly at: Place;
  over?: Node;
  /** Keys that `!reset` took out, with what stood there, for `--explain`. */
  removed?: Map<string, Removed>;
}

export interface Entry {
  /** Where the key stands. */
  readonly key: Place;
  value: Node;
}

export interface Removed {
  readonly value: Node;
  /** Where the `!reset` or `!override` stands. */
  readonly by: Place;
}

export function text(value: string, at: Place): ScalarNode {
  return { kind: 'scalar', type: 'string', value, at };
}

export function bool(value: boolean, at: Place): ScalarNode {
  return { kind: 'scalar', type: 'bool', value, at };
}

export function int(value: number, at: Place): ScalarNode {
  return { kind: 'scalar', type: 'int', value, at };
}

export function nothing(at: Place): ScalarNode {
  return { kind: 'scalar', type: 'null', value: null, at };
}

export function list(items: Node[], at: Place): ListNode {
  return { kind: 'list', items, at };
}

export function map(at: Place, pairs: Iterable<readonly [string, Node]> = []): MapNode {
  const entries = new Map<string, Entry>();
  for (const [key, value] of pairs) entries.set(key, { key: value.at, value });
  return { kind: 'map', entries, at };
}

export function isNull(node: Node | undefined): boolean {
  return node?.kind === 'scalar' && node.type === 'null';
}

/** The text of a string node; undefined for everything else. */
export function stringOf(node: Node | undefined): string | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'string' && node.type === 'string'
    ? node.value
    : undefined;
}

/** The items of a list; none of everything else. */
export function itemsOf(node: Node | undefined): readonly Node[] {
  return node?.kind === 'list' ? node.items : [];
}

/** A scalar as text: `true`, `0.0.0.0`; undefined for null and everything else. */
export function shownScalar(node: Node | undefined): string | undefined {
  return node?.kind === 'scalar' && node.value !== null ? String(node.value) : undefined;
}

export function child(node: Node | undefined, key: string): Node | undefined {
  return node?.kind === 'map' ? node.entries.get(key)?.value : undefined;
}

/** Follows keys and list indexes down the tree. */
export function nodeAt(node: Node | undefined, path: readonly string[]): Node | undefined {
  let at = node;
  for (const part of path) {
    if (at?.kind === 'list') at = at.items[Number(part)];
    else at = child(at, part);
  }
  return at;
}

/** Sets a key, chaining what stood there before. */
export function setKey(target: MapNode, name: string, value: Node, key: Place = value.at): void {
  const before = target.entries.get(name)?.value ?? target.removed?.get(name)?.value;
  if (before !== undefined && before !== value) chain(value, before);
  target.entries.set(name, { key: target.entries.get(name)?.key ?? key, value });
}

/** Notes at the far end of `value`'s history that it replaced `before`. */
export function chain(value: Node, before: Node): void {
  let last = value;
  while (last.over !== undefined) {
    if (last.over === before) return;
    last = last.over;
  }
  if (last !== before) last.over = before;
}

export function clone(node: Node): Node {
  switch (node.kind) {
    case 'scalar':
      return { ...node };
    case 'list':
      return { ...node, items: node.items.map(clone) };
    case 'map': {
      const entries = new Map<string, Entry>();
      for (const [name, entry] of node.entries) {
        entries.set(name, { key: entry.key, value: clone(entry.value) });
      }
      return { ...node, entries };
    }
    default:
      return unreachable(node);
  }
}

export type Plain =
  string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

/** The value alone, as plain data. */
export function plain(node: Node): Plain {
  switch (node.kind) {
    case 'scalar':
      // Beyond what JSON can hold exactly; the written file keeps every digit.
      return typeof node.value === 'bigint' ? Number(node.value) : node.value;
    case 'list':
      return node.items.map(plain);
    case 'map': {
      const result: Record<string, Plain> = {};
      for (const [name, entry] of node.entries) {
        // defineProperty: `__proto__` is a key like any other.
        Object.defineProperty(result, name, {
          value: plain(entry.value),
          enumerable: true,
          writable: true,
          configurable: true,
        });
      }
      return result;
    }
    default:
      return unreachable(node);
  }
}

/** Makes a tree of plain data, every part with the same place. */
export function fromPlain(value: unknown, at: Place): Node {
  if (value === null || value === undefined) return nothing(at);
  if (typeof value === 'string') return text(value, at);
  if (typeof value === 'boolean') return bool(value, at);
  if (typeof value === 'bigint') return { kind: 'scalar', type: 'int', value, at };
  if (typeof value === 'number') {
    return { kind: 'scalar', type: Number.isInteger(value) ? 'int' : 'float', value, at };
  }
  if (Array.isArray(value)) {
    return list(
      value.map((item: unknown) => fromPlain(item, at)),
      at,
    );
  }
  if (typeof value === 'object') {
    return map(
      at,
      Object.entries(value).map(([key, item]) => [key, fromPlain(item, at)] as const),
    );
  }
  throw new Error(`not a plain value: ${typeof value}`);
}

/** Equal values of equal types, wherever they come from. */
export function sameValue(a: Node, b: Node): boolean {
  if (a.kind === 'scalar') {
    return b.kind === 'scalar' && a.type === b.type && a.value === b.value;
  }
  if (a.kind === 'list') {
    return (
      b.kind === 'list' &&
      a.items.length === b.items.length &&
      a.items.every((item, index) => {
        const other = b.items[index];
        return other !== undefined && sameValue(item, other);
      })
    );
  }
  if (b.kind !== 'map' || a.entries.size !== b.entries.size) return false;
  for (const [name, entry] of a.entries) {
    const other = b.entries.get(name);
    if (other === undefined || !sameValue(entry.value, other.value)) return false;
  }
  return true;
}
