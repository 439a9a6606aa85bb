import type { Problems } from '../problems.ts';
import type { RawNode } from './raw-node.ts';
import { resolvePlain, resolveTagged } from './scalars.ts';
import type { Place, Source } from '../source.ts';
import type { Entry, MapNode, Node } from '../tree.ts';
import { list, nothing } from '../tree.ts';

/** Types the values of a YAML node and resolves merge keys, as Compose's parser does. */
export function typed(raw: RawNode, source: Source, problems: Problems): Node {
  return new Typer(source, problems).node(raw, '');
}

class Typer {
  readonly #source: Source;
  readonly #problems: Problems;
  readonly #open = new Set<RawNode>();

  constructor(source: Source, problems: Problems) {
    this.#source = source;
    this.#problems = problems;
  }

  node(raw: RawNode, path: string): Node {
    if (raw.kind === 'alias' && raw.target !== undefined) {
      // Only inside !override, where Compose does not look for aliases beforehand.
      if (this.#open.has(raw)) {
        this.#problems.add(`The alias *${raw.value} contains itself`, this.#place(raw));
        return nothing(this.#place(raw));
      }
      this.#open.add(raw);
      const node = this.node(raw.target, path);
      this.#open.delete(raw);
      return node;
    }
    if (raw.kind === 'list') {
      const items: Node[] = [];
      for (const item of raw.children) items.push(this.node(item, path));
      return list(items, this.#place(raw));
    }
    if (raw.kind === 'map') return this.#map(raw, path);
    return typedScalar(raw, this.#place(raw), this.#problems);
  }

  #place(raw: RawNode): Place {
    return placeOf(raw, this.#source);
  }

  #map(raw: RawNode, path: string): MapNode {
    const node: MapNode = { kind: 'map', entries: new Map<string, Entry>(), at: this.#place(raw) };
    this.#fill(node, raw, path, undefined);
    return node;
  }

  /** @param done keys that are already set, when `raw` comes by a merge key: they stay. */
  #fill(node: MapNode, raw: RawNode, path: string, done: Set<string> | undefined): void {
    refuseDuplicates(raw, this.#source, this.#problems);
    let merge: RawNode | undefined;
    for (let index = 0; index + 1 < raw.children.length; index += 2) {
      const key = raw.children[index];
      const value = raw.children[index + 1];
      if (key === undefined || value === undefined) continue;
      if (isMergeKey(key)) {
        merge = value;
        continue;
      }
      const name = this.#name(key);
      if (name === undefined) continue;
      if (done?.has(name) === true) continue;
      done?.add(name);
      const inner = this.node(value, path);
      node.entries.set(name, { key: this.#place(key), value: inner });
    }
    if (merge !== undefined) this.#merge(node, merge, path, done ?? new Set(node.entries.keys()));
  }

  #merge(node: MapNode, merge: RawNode, path: string, done: Set<string>): void {
    const target = merge.kind === 'alias' ? merge.target : merge;
    const sources = target?.kind === 'list' && merge.kind === 'list' ? target.children : [target];
    for (const item of sources) {
      const source = item?.kind === 'alias' ? item.target : item;
      if (source?.kind !== 'map') {
        this.#problems.add(
          'A merge key (<<) takes a mapping or a list of mappings',
          this.#place(merge),
          {
            cure: 'Merge an anchored mapping: <<: *name',
          },
        );
        return;
      }
      if (this.#open.has(source)) {
        this.#problems.add('A merge key (<<) merges a mapping into itself', this.#place(merge));
        return;
      }
      this.#open.add(source);
      this.#fill(node, source, path, done);
      this.#open.delete(source);
    }
  }

  #name(key: RawNode): string | undefined {
    const node = this.node(key, '');
    if (node.kind === 'scalar' && node.type === 'string' && typeof node.value === 'string') {
      return node.value;
    }
    this.#problems.add(`A key must be text, and ${key.value || 'this'} is not`, this.#place(key), {
      why: 'YAML reads it as a number, a truth value, null, a list or a mapping.',
      cure: 'Write it in quotes.',
    });
    return undefined;
  }
}

function refuseDuplicates(raw: RawNode, source: Source, problems: Problems): void {
  if (raw.children.length < 4) return;
  const seen = new Map<string, RawNode>();
  for (let index = 0; index < raw.children.length; index += 2) {
    const key = raw.children[index];
    if (key === undefined) continue;
    const id = key.kind === 'scalar' ? key.value : `\u0000${key.kind} ${key.value}`;
    const first = seen.get(id);
    if (first === undefined) {
      seen.set(id, key);
      continue;
    }
    const line = source.text.slice(0, first.start).split('\n').length;
    problems.add(`The key "${key.value}" is there twice`, placeOf(key, source), {
      why: `It stands in line ${String(line)} already.`,
      cure: 'Join the two, or remove one.',
    });
  }
}

function placeOf({ start, end }: RawNode, source: Source): Place {
  return { source, start, end };
}

function typedScalar(raw: RawNode, at: Place, problems: Problems): Node {
  const untagged = raw.tag === '' || raw.tag === '!';
  if (raw.quoted && (untagged || raw.tag === '!!str')) {
    return { kind: 'scalar', type: 'string', value: raw.value, at };
  }
  const resolved = untagged ? resolvePlain(raw.value) : resolveTagged(raw.tag, raw.value);
  if (resolved === undefined) {
    problems.add(`"${raw.value}" is not a ${raw.tag.slice(2)}`, at);
    return nothing(at);
  }
  return { kind: 'scalar', type: resolved.type, value: resolved.value, at };
}

function isMergeKey(key: RawNode): boolean {
  return (
    key.kind === 'scalar' &&
    !key.quoted &&
    key.value === '<<' &&
    (key.tag === '' || key.tag === '!' || key.tag === '!!merge')
  );
}
