import type { Problems } from '../problems.ts';
import type { RawNode } from '../read/raw-node.ts';
import type { Place, Source } from '../source.ts';
import { chain } from '../tree.ts';
import type { MapNode, Node } from '../tree.ts';

/** One `!reset` or `!override` of a file: which path it empties, and where it stands. */
export interface ResetMark {
  readonly path: readonly string[];
  readonly place: Place;
}

/** How many nodes aliases may expand to, before the file counts as an alias bomb. */
const MAX_EXPANDED_NODES = 500_000;

/**
 * Finds `!reset` and `!override` and takes the former out of the tree, as Compose does: aliases are
 * replaced by what they stand for, so a tag inside an anchored value is seen on its first use only.
 *
 * @returns undefined when an alias contains itself or aliases explode.
 */
export function resolveResets(
  root: RawNode,
  source: Source,
  problems: Problems,
): { readonly root: RawNode; readonly marks: readonly ResetMark[] } | undefined {
  const resolver = new Resolver(source, problems);
  const resolved = resolver.resolve(root, []);
  if (problems.found()) return undefined;
  return { root: resolved ?? { ...root, kind: 'scalar', value: '' }, marks: resolver.marks };
}

class Resolver {
  readonly marks: ResetMark[] = [];
  readonly #source: Source;
  readonly #problems: Problems;
  readonly #visited = new Map<RawNode, string[][]>();
  #count = 0;
  #depth = 0;

  constructor(source: Source, problems: Problems) {
    this.#source = source;
    this.#problems = problems;
  }

  resolve(node: RawNode, rawPath: readonly string[]): RawNode | undefined {
    if (this.#problems.found()) return undefined;
    const path = withoutMergeKey(rawPath);
    if (this.#depth > 0 && ++this.#count > MAX_EXPANDED_NODES) {
      this.#problems.add('Aliases expand to far too many values', this.#place(node), {
        why: `More than ${MAX_EXPANDED_NODES.toLocaleString('en')} values stand behind aliases.`,
        cure: 'Write the values out, or nest fewer aliases.',
      });
      return undefined;
    }
    if (node.kind === 'alias' && node.target !== undefined) {
      if (!this.#enter(node, node.target, path)) return undefined;
      this.#depth += 1;
      const target = this.resolve(node.target, path);
      this.#depth -= 1;
      return target;
    }
    if (node.tag === '!reset') {
      this.marks.push({ path, place: this.#place(node) });
      return undefined;
    }
    if (node.tag === '!override') {
      this.marks.push({ path, place: this.#place(node) });
      return node;
    }
    if (node.kind === 'list') {
      const kept: RawNode[] = [];
      node.children.forEach((item, index) => {
        const resolved = this.resolve(item, [...path, String(index)]);
        if (resolved !== undefined) kept.push(resolved);
      });
      node.children = kept;
    } else if (node.kind === 'map') {
      const kept: RawNode[] = [];
      for (let index = 0; index + 1 < node.children.length; index += 2) {
        const key = node.children[index];
        const value = node.children[index + 1];
        if (key === undefined || value === undefined) continue;
        const resolved = this.resolve(value, [...path, key.value]);
        if (resolved !== undefined) kept.push(key, resolved);
      }
      node.children = kept;
    }
    return node;
  }

  /** False when the alias contains itself: the same anchor once more on one way down. */
  #enter(alias: RawNode, target: RawNode, path: readonly string[]): boolean {
    const before = this.#visited.get(target) ?? [];
    for (const other of before) {
      if (other.includes('<<') || path.includes('<<')) continue;
      if (!isInside(path, other) && !isInside(other, path)) continue;
      if (inDifferentServices(path, other)) continue;
      this.#problems.add(`The alias *${alias.value} contains itself`, this.#place(alias), {
        why: `Its anchor is used at ${other.join('.')} and again inside at ${path.join('.')}.`,
        cure: 'Write the inner value out.',
      });
      return false;
    }
    this.#visited.set(target, [...before, [...path]]);
    return true;
  }

  #place(node: RawNode): Place {
    return { source: this.#source, start: node.start, end: node.end };
  }
}

function withoutMergeKey(path: readonly string[]): readonly string[] {
  const index = path.indexOf('<<', 1);
  return index === -1 ? path : [...path.slice(0, index), ...path.slice(index + 1)];
}

function isInside(inner: readonly string[], outer: readonly string[]): boolean {
  return inner.length > outer.length && outer.every((part, index) => inner[index] === part);
}

function inDifferentServices(a: readonly string[], b: readonly string[]): boolean {
  for (let index = 0; index + 1 < a.length && index + 1 < b.length; index += 1) {
    if (a[index] === 'services' && b[index] === 'services') return a[index + 1] !== b[index + 1];
  }
  return false;
}

/** Takes the marked paths out of what earlier files made. Lists are left alone, as in Compose. */
export function applyResets(target: Node, marks: readonly ResetMark[]): void {
  if (marks.length > 0) empty(target, [], marks);
}

function empty(node: Node, path: readonly string[], marks: readonly ResetMark[]): void {
  if (node.kind === 'list') {
    node.items.forEach((item, index) => empty(item, [...path, `[${String(index)}]`], marks));
    return;
  }
  if (node.kind !== 'map') return;
  for (const [name, entry] of [...node.entries]) {
    const next = [...path, name];
    const mark = marks.find((candidate) => matches(next, candidate.path));
    if (mark === undefined) {
      empty(entry.value, next, marks);
      continue;
    }
    removeKey(node, name, mark.place);
  }
}

/** Removes a key and remembers what stood there. */
export function removeKey(node: MapNode, name: string, by: Place): void {
  const entry = node.entries.get(name);
  if (entry === undefined) return;
  const before = node.removed?.get(name);
  if (before !== undefined) chain(entry.value, before.value);
  node.removed = new Map(node.removed).set(name, { value: entry.value, by });
  node.entries.delete(name);
}

function matches(path: readonly string[], pattern: readonly string[]): boolean {
  return (
    path.length === pattern.length &&
    pattern.every((part, index) => part === '*' || part === path[index])
  );
}
