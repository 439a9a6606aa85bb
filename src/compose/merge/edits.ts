import { chain, fromPlain, list, map, stringOf, text } from '../tree.ts';
import type { ListNode, MapNode, Node } from '../tree.ts';

/** One change that the tool makes to a merged document. */
export type Edit =
  | {
      readonly kind: 'set';
      readonly path: readonly string[];
      readonly value: unknown;
      readonly label: string;
    }
  | { readonly kind: 'remove'; readonly path: readonly string[]; readonly label: string }
  /** One more item at the end of the list at `path`. */
  | {
      readonly kind: 'append';
      readonly path: readonly string[];
      readonly value: unknown;
      readonly label: string;
    };

/** Applies edits to a copy; nodes that no edit touches are shared with the original. */
export function applyEdits(root: MapNode, edits: readonly Edit[]): MapNode {
  const own = new Set<Node>();
  let result: Node = root;
  for (const edit of edits) result = edited(result, edit.path, edit, own);
  if (result.kind !== 'map') throw new Error('a document is a mapping');
  return result;
}

/** @param own nodes that are copies already, and may be changed */
function edited(node: Node, path: readonly string[], edit: Edit, own: Set<Node>): Node {
  const [key, ...rest] = path;
  if (key === undefined) {
    if (edit.kind === 'remove') throw new Error('an edit needs a path');
    if (edit.kind === 'append') return appended(node, edit.value, edit.label, own);
    const value = fromPlain(edit.value, { tool: edit.label });
    chain(value, node);
    return value;
  }
  if (node.kind === 'list') return editedList(node, key, rest, edit, own);
  return editedMap(node, key, rest, edit, own);
}

function editedMap(
  node: Node,
  key: string,
  rest: readonly string[],
  edit: Edit,
  own: Set<Node>,
): MapNode {
  const by = { tool: edit.label };
  let target: MapNode;
  if (node.kind !== 'map') target = map(by);
  else if (own.has(node)) target = node;
  else target = { ...node, entries: new Map(node.entries) };
  own.add(target);
  const entry = target.entries.get(key);
  if (entry !== undefined && edit.kind === 'remove' && rest.length === 0) {
    target.removed = new Map(target.removed).set(key, { value: entry.value, by });
    target.entries.delete(key);
  } else if (entry !== undefined) {
    target.entries.set(key, { key: entry.key, value: edited(entry.value, rest, edit, own) });
  } else if (edit.kind === 'append') {
    const value = edited(list([], by), rest, edit, own);
    target.entries.set(key, { key: by, value });
  } else if (edit.kind === 'set') {
    const value = rest.length === 0 ? fromPlain(edit.value, by) : edited(map(by), rest, edit, own);
    const before = target.removed?.get(key)?.value;
    if (before !== undefined) chain(value, before);
    target.entries.set(key, { key: by, value });
  }
  return target;
}

function editedList(
  node: ListNode,
  key: string,
  rest: readonly string[],
  edit: Edit,
  own: Set<Node>,
): ListNode {
  const target = own.has(node) ? node : { ...node, items: [...node.items] };
  own.add(target);
  const isIndex = /^\d+$/.test(key) && Number(key) < target.items.length;
  if (!isIndex) return editedPair(target, key, rest, edit);
  const index = Number(key);
  const present = target.items[index];
  if (present === undefined) throw new Error(`no list item ${key} to edit`);
  if (edit.kind === 'remove' && rest.length === 0) target.items.splice(index, 1);
  else target.items[index] = edited(present, rest, edit, own);
  return target;
}

function appended(node: Node, value: unknown, label: string, own: Set<Node>): ListNode {
  if (node.kind !== 'list') throw new Error('only a list can have one item more');
  const target = own.has(node) ? node : { ...node, items: [...node.items] };
  own.add(target);
  target.items.push(fromPlain(value, { tool: label }));
  return target;
}

/** One `key=value` of a list of them. */
function editedPair(target: ListNode, key: string, rest: readonly string[], edit: Edit): ListNode {
  if (rest.length > 0) throw new Error(`a list has no ${key} to edit`);
  const index = target.items.findIndex((item) => {
    const line = stringOf(item);
    return line === key || line?.startsWith(`${key}=`) === true;
  });
  if (edit.kind === 'remove') {
    if (index !== -1) target.items.splice(index, 1);
    return target;
  }
  const item = text(`${key}=${String(edit.value)}`, { tool: edit.label });
  const before = target.items[index];
  if (before === undefined) target.items.push(item);
  else {
    chain(item, before);
    target.items[index] = item;
  }
  return target;
}
