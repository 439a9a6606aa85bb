import { rulesBelow, items } from './rules.ts';
import type { Rules } from './rules.ts';
import type { MapNode, Node } from './tree.ts';

/** What a rule makes of the part of a document that it is for. */
type Rewrite<R> = (node: Node, rule: R, path: string) => Node;

const inMap = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);
const inList = (path: string, index: number): string => `${path}[${String(index)}]`;

/**
 * Calls back for every part of the document that a rule is for, and does not look into it.
 *
 * @param path where the part stands: `services.web.ports[0]`.
 */
export function visit<R>(
  node: Node,
  at: Rules<R>,
  found: (node: Node, rule: R, path: string) => void,
): void {
  rewriteInPlace(node, at, (part, rule, path) => {
    found(part, rule, path);
    return part;
  });
}

interface WalkOptions {
  /** Parts that are left as they are, with all that is below them. */
  readonly skip?: (node: Node) => boolean;
}

/** Puts what `rewrite` answers where every part stands that a rule is for. */
export function rewriteInPlace<R>(
  node: Node,
  at: Rules<R>,
  rewrite: Rewrite<R>,
  options: WalkOptions = {},
): Node {
  return rewrittenAt({ node, at, path: '' }, rewrite, options);
}

interface Spot<R> {
  readonly node: Node;
  readonly at: Rules<R>;
  readonly path: string;
}

function rewrittenAt<R>(
  { node, at, path }: Spot<R>,
  rewrite: Rewrite<R>,
  options: WalkOptions,
): Node {
  if (options.skip?.(node) === true) return node;
  if (at.rule !== undefined) return rewrite(node, at.rule, path);
  if (node.kind === 'map') {
    for (const [name, entry] of node.entries) {
      const inner = rulesBelow(at, name);
      if (inner === undefined) continue;
      const spot = { node: entry.value, at: inner, path: inMap(path, name) };
      entry.value = rewrittenAt(spot, rewrite, options);
    }
  } else if (node.kind === 'list') {
    const inner = items(at);
    if (inner === undefined) return node;
    node.items.forEach((item, index) => {
      const spot = { node: item, at: inner, path: inList(path, index) };
      node.items[index] = rewrittenAt(spot, rewrite, options);
    });
  }
  return node;
}

/** A copy with what `rewrite` answers where every part stands that a rule is for. */
export function rewritten<R>(
  node: Node,
  at: Rules<R> | undefined,
  rewrite: (node: Node, rule: R) => Node,
): Node {
  if (at === undefined) return node;
  if (at.rule !== undefined) return rewrite(node, at.rule);
  if (node.kind === 'map') return rewrittenMap(node, at, rewrite);
  const inner = node.kind === 'list' ? items(at) : undefined;
  if (node.kind !== 'list' || inner === undefined) return node;
  return { ...node, items: node.items.map((item) => rewritten(item, inner, rewrite)) };
}

function rewrittenMap<R>(
  node: MapNode,
  at: Rules<R>,
  rewrite: (node: Node, rule: R) => Node,
): MapNode {
  const entries = new Map(node.entries);
  for (const [name, entry] of node.entries) {
    const inner = rulesBelow(at, name);
    if (inner === undefined) continue;
    entries.set(name, { ...entry, value: rewritten(entry.value, inner, rewrite) });
  }
  return { ...node, entries };
}
