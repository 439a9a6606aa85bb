import type { Failure } from '../../events/failure.ts';
import { fail, ok } from '../../util/result.ts';
import { nearest } from '../../util/did-you-mean.ts';
import type { Result } from '../../util/result.ts';
import type { MergedCompose } from '../load/merge.ts';
import { relocated } from './relocate.ts';
import { shortenedAt } from '../merge/short-forms.ts';
import { shownPlace, sourcePlace } from '../source.ts';
import type { Place } from '../source.ts';
import { plain } from '../tree.ts';
import type { Node, Plain, Removed } from '../tree.ts';

/** Who set a value: a place in a file, or the tool. */
export type Origin =
  | { readonly file: string; readonly line: number; readonly column: number }
  | { readonly tool: string };

/** One value of the explained part, with its history. */
export interface ExplainedPart {
  /** Dotted, from the top of the document; list items by index. */
  readonly path: string;
  /** Not there when the part was removed. */
  readonly value?: Plain;
  /** Who set it; for a removed part, who removed it. */
  readonly origin: Origin;
  /** What it replaced, newest first. */
  readonly replaced: readonly { readonly value: Plain; readonly origin: Origin }[];
}

export interface Explanation {
  readonly path: string;
  readonly value?: Plain;
  readonly parts: readonly ExplainedPart[];
}

interface Found {
  readonly path: readonly string[];
  readonly node: Node | undefined;
  readonly removed: Removed | undefined;
}

/** The first key of a path that is not there, and those that are in its place. */
interface Missing {
  readonly missing: string;
  readonly known: readonly string[];
  /** What leads to it; empty at the top. */
  readonly path: readonly string[];
}

/** A path as it is asked for, cut at its dots: `ports[0].target` has three parts. */
export function pathParts(path: string): readonly string[] {
  return path
    .replace(/\[(\d+)\]/g, '.$1')
    .split('.')
    .filter((part) => part !== '');
}

/** What is looked at to explain a part. */
export type Explainable = Pick<MergedCompose, 'root' | 'projectDirectory'>;

/**
 * Where a part of the merged document comes from.
 *
 * @param path dotted: `services.api.ports`, `services.api.ports.0`; dots inside keys are found, and
 *   so is `services.api.environment.KEY` where the environment is a list of `KEY=VALUE`
 * @returns a failure of reason `usage` when nothing is there, naming the nearest key
 */
export function explain(merged: Explainable, path: string): Result<Explanation, Failure> {
  const wanted = pathParts(path);
  const folder = merged.projectDirectory;
  const root = relocated(merged.root, { directory: folder, shownRoot: folder });
  const found = find(root, wanted, []);
  if ('missing' in found) {
    return fail({
      reason: 'usage',
      what: `The merged document has no ${path}`,
      ...cureOf(found),
    });
  }
  const shown = found.path.join('.');
  if (found.node === undefined) {
    const removed = found.removed;
    if (removed === undefined) throw new Error('neither there nor removed');
    const part: ExplainedPart = {
      path: shown,
      origin: originOf(removed.by),
      replaced: history(removed.value, found.path, true),
    };
    return ok({ path: shown, parts: [part] });
  }
  const node = shortenedAt(found.node, found.path);
  return ok({ path: shown, value: plain(node), parts: partsOf(node, found.path) });
}

function cureOf({ missing, known, path }: Missing): { readonly cure?: string } {
  const near = nearest(missing, known);
  if (near !== undefined) return { cure: `Did you mean ${[...path, near].join('.')}?` };
  const there = [...new Set(known)].join(', ');
  return there === '' ? {} : { cure: `${path.join('.') || 'It'} has ${there}` };
}

function find(node: Node, wanted: readonly string[], path: readonly string[]): Found | Missing {
  if (wanted.length === 0) return { path, node, removed: undefined };
  if (node.kind === 'list') {
    const item = node.items[Number(wanted[0])];
    if (item !== undefined) return find(item, wanted.slice(1), [...path, wanted[0] ?? '']);
    const index = itemKeys(node).indexOf(wanted.join('.'));
    const keyed = node.items[index];
    if (keyed !== undefined) return find(keyed, [], [...path, String(index)]);
  }
  const keys = node.kind === 'map' ? [...node.entries.keys()] : itemKeys(node).filter(Boolean);
  if (node.kind === 'map') {
    // The longest key first: keys may hold dots themselves.
    for (let count = wanted.length; count > 0; count -= 1) {
      const key = wanted.slice(0, count).join('.');
      const entry = node.entries.get(key);
      if (entry !== undefined) return find(entry.value, wanted.slice(count), [...path, key]);
      const removed = node.removed?.get(key);
      if (removed !== undefined && count === wanted.length) {
        return { path: [...path, key], node: undefined, removed };
      }
    }
  }
  return { missing: wanted[0] ?? '', known: keys, path };
}

/** For each item of a list of `KEY=VALUE` its key; empty for items that are something else. */
function itemKeys(node: Node): readonly string[] {
  if (node.kind !== 'list') return [];
  return node.items.map((item) => {
    const value = plain(item);
    return typeof value === 'string' ? (/^([^=\s]+)=/.exec(value)?.[1] ?? '') : '';
  });
}

function partsOf(node: Node, path: readonly string[]): ExplainedPart[] {
  if (node.kind === 'list') {
    const own = node.over === undefined || node.items.length === 0 ? [whole(node, path)] : [];
    const replaced = history(node, path);
    const items = node.items.flatMap((item, index) => partsOf(item, [...path, String(index)]));
    if (node.items.length === 0) return own;
    // What the list as a whole replaced is told once, with its first item.
    const [first, ...rest] = items;
    if (first === undefined || replaced.length === 0) return items;
    return [{ ...first, replaced: [...first.replaced, ...replaced] }, ...rest];
  }
  if (node.kind === 'map') {
    const parts: ExplainedPart[] = node.entries.size === 0 ? [whole(node, path)] : [];
    for (const [name, entry] of node.entries) parts.push(...partsOf(entry.value, [...path, name]));
    for (const [name, removed] of node.removed ?? []) {
      if (node.entries.has(name)) continue;
      const inner = [...path, name];
      parts.push({
        path: inner.join('.'),
        origin: originOf(removed.by),
        replaced: history(removed.value, inner, true),
      });
    }
    return parts;
  }
  return [whole(node, path)];
}

function whole(node: Node, path: readonly string[]): ExplainedPart {
  return {
    path: path.join('.'),
    value: plain(node),
    origin: originOf(node.at),
    replaced: history(node, path),
  };
}

function history(
  node: Node,
  path: readonly string[],
  withItself = false,
): { value: Plain; origin: Origin }[] {
  const result: { value: Plain; origin: Origin }[] = [];
  let at = withItself || node.over === undefined ? (withItself ? node : undefined) : node.over;
  for (; at !== undefined; at = at.over) {
    result.push({ value: plain(shortenedAt(at, path)), origin: originOf(at.at) });
  }
  return result;
}

export function originOf(place: Place): Origin {
  const source = sourcePlace(place);
  if (source !== undefined) {
    return { file: source.file, line: source.line, column: source.column };
  }
  return { tool: shownPlace(place).replace('set by the tool: ', '') };
}

/** `compose/dev.yaml:14:5`, or `set by the tool: module mount`. */
export function originText(origin: Origin): string {
  if ('tool' in origin) return `set by the tool: ${origin.tool}`;
  return `${origin.file}:${String(origin.line)}:${String(origin.column)}`;
}

/** The explanation for people: value, place, and what it replaced, part by part. */
export function explanationText(explanation: Explanation): string {
  const lines: string[] = [];
  const inner = (path: string): string =>
    path === explanation.path ? path : path.slice(explanation.path.length + 1);
  const several = explanation.parts.length > 1 || explanation.parts[0]?.path !== explanation.path;
  if (several) lines.push(`${explanation.path}:`);
  const indent = several ? '  ' : '';
  for (const part of explanation.parts) {
    const name = explanation.path === '' ? part.path : inner(part.path);
    const value = part.value === undefined ? 'removed' : valueText(part.value);
    lines.push(`${indent}${name}: ${value}  # ${originText(part.origin)}`);
    for (const old of part.replaced) {
      lines.push(`${indent}  replaced ${valueText(old.value)}  # ${originText(old.origin)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** A value on one line, as JSON. */
export function valueText(value: Plain): string {
  return JSON.stringify(value);
}
