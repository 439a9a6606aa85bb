import { closest, distance } from 'fastest-levenshtein';
import { goFormat } from '../format.ts';
import { isNewerKey } from './newer-keys.ts';
import type { Problems } from '../problems.ts';
import { COMPOSE_FILE } from './schema.ts';
import type { JsonType, ListShape, MapShape, ScalarShape, Shape } from './shape.ts';
import type { Place } from '../source.ts';
import type { SettledParts } from '../merge/settled.ts';
import type { ListNode, MapNode, Node, ScalarNode } from '../tree.ts';

const TYPE_NAMES: Readonly<Record<JsonType, string>> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  null: 'null',
};

/**
 * Checks a document against the Compose schema and reports every value that does not fit.
 * @param settled parts that were checked as they are.
 */
export function checkSchema(root: MapNode, problems: Problems, settled: SettledParts): void {
  new Validator(problems, settled).map(root, COMPOSE_FILE);
}

type JsonKind = JsonType | 'list' | 'map';

function kindOf(node: Node): JsonKind {
  if (node.kind === 'list')
    return node.absent === true && node.items.length === 0 ? 'null' : 'list';
  if (node.kind === 'map') return 'map';
  switch (node.type) {
    case 'null':
      return 'null';
    case 'bool':
      return 'boolean';
    case 'int':
      return 'integer';
    case 'float':
      return Number.isInteger(node.value) ? 'integer' : 'number';
    case 'string':
    case 'timestamp':
      return 'string';
  }
}

function accepts(shape: ScalarShape | ListShape | MapShape, kind: JsonKind): boolean {
  if (shape.kind !== 'scalar') return shape.kind === kind;
  if (kind === 'list' || kind === 'map') return false;
  return shape.types.includes(kind) || (kind === 'integer' && shape.types.includes('number'));
}

function expected(shape: Shape): string {
  const names: string[] = [];
  for (const one of shape.kind === 'choice' ? shape.of : [shape]) {
    if (one.kind === 'list') names.push('a list');
    else if (one.kind === 'map') names.push('a mapping');
    else if (one.oneOf !== undefined) {
      names.push(...one.oneOf.map((value) => `"${value}"`));
      if (one.orLike !== undefined) names.push(one.orLike.shown);
    } else names.push(...one.types.map((type) => TYPE_NAMES[type]));
  }
  const last = names.pop() ?? 'nothing';
  return names.length === 0 ? last : `${names.join(', ')} or ${last}`;
}

class Validator {
  readonly #problems: Problems;
  /** The way down to the value in hand; joined only when there is something to say. */
  readonly #path: string[] = [];

  readonly #settled: SettledParts;

  constructor(problems: Problems, settled: SettledParts) {
    this.#problems = problems;
    this.#settled = settled;
  }

  #where(): string {
    return this.#path.join('.').replace(/\.\[/g, '[');
  }

  #node(node: Node, shape: Shape): void {
    const kind = kindOf(node);
    const fitting =
      shape.kind === 'choice'
        ? shape.of.find((one) => accepts(one, kind))
        : accepts(shape, kind)
          ? shape
          : undefined;
    if (fitting === undefined) {
      this.#problems.add(`${this.#where()} must be ${expected(shape)}`, node.at, {
        why: `It is ${describe(node)}.`,
        ...(kind !== 'list' &&
          kind !== 'map' &&
          kind !== 'null' &&
          acceptsText(shape) && { cure: 'Write it in quotes.' }),
      });
      return;
    }
    if (fitting.kind === 'list') this.#list(node as ListNode, fitting);
    else if (fitting.kind === 'map') this.map(node as MapNode, fitting);
    else this.#scalar(node as ScalarNode, fitting);
  }

  #scalar(node: ScalarNode, shape: ScalarShape): void {
    const { value } = node;
    if (node.type === 'float' && !Number.isFinite(value)) {
      this.#problems.add(`${this.#where()} must be a finite number`, node.at);
      return;
    }
    const isLike = shape.orLike?.pattern.test(String(value)) === true;
    if (shape.oneOf !== undefined && !isLike && !shape.oneOf.includes(String(value))) {
      const near = closest(String(value), shape.oneOf);
      this.#problems.add(`${this.#where()} must be ${expected(shape)}`, node.at, {
        why: `It is "${String(value)}".`,
        ...(distance(near, String(value)) <= 3 && { cure: `Did you mean "${near}"?` }),
      });
    }
    if (typeof value !== 'number') return;
    if (shape.min !== undefined && value < shape.min) {
      this.#problems.add(`${this.#where()} must be at least ${String(shape.min)}`, node.at);
    }
    if (shape.max !== undefined && value > shape.max) {
      this.#problems.add(`${this.#where()} must be at most ${String(shape.max)}`, node.at);
    }
  }

  #list(node: ListNode, shape: ListShape): void {
    const path = this.#path;
    this.#settled.eachYoung(node, (item, index) => {
      path.push(`[${String(index)}]`);
      this.#node(item, shape.item);
      path.pop();
    });
    // What is the same has the same key, too.
    if (!shape.unique || node.items.length < 2 || this.#settled.isUnique(node)) return;
    const seen = new Set<string>();
    for (const item of node.items) {
      const id = identity(item);
      if (seen.has(id)) {
        this.#problems.add(`${this.#where()} holds ${describe(item)} twice`, item.at, {
          cure: 'Remove one of the two.',
        });
      }
      seen.add(id);
    }
  }

  map(node: MapNode, shape: MapShape): void {
    const path = this.#path;
    for (const [name, { key, value }] of node.entries) {
      if (this.#settled.has(value)) continue;
      const known = shape.keys.get(name);
      const inner =
        known ?? (shape.named?.pattern.test(name) === true ? shape.named.shape : undefined);
      if (inner !== undefined) {
        path.push(name);
        this.#node(value, inner);
        path.pop();
      } else if (!shape.open && !(shape.extensions && name.startsWith('x-'))) {
        addUnknownKey(name, shape, { at: key, where: this.#where(), problems: this.#problems });
      }
    }
    for (const name of shape.required) {
      if (node.entries.has(name)) continue;
      this.#problems.add(`${this.#where()} needs the key "${name}"`, node.at);
    }
  }
}

/** @param where the way to the mapping; empty for the whole file. */
function addUnknownKey(
  name: string,
  shape: MapShape,
  { at, where, problems }: { at: Place; where: string; problems: Problems },
): void {
  const shown = where || 'A Compose file';
  if (shape.named !== undefined) {
    problems.add(`"${name}" is no name for an entry of ${shown}`, at, {
      why: 'A name has letters, digits, dots, dashes and underscores, and is not of dots alone.',
    });
    return;
  }
  if (isNewerKey(where, name)) {
    problems.add(`${where === '' ? '' : `${where}.`}${name} is not carried out`, at, {
      why: 'Newer versions of Compose know this key; dev does not, and would leave it out without a word.',
      cure: 'Remove it, or start its name with x- in a file that only dev reads.',
    });
    return;
  }
  const near = closest(name, [...shape.keys.keys()]);
  const close = distance(near, name) <= Math.max(2, Math.floor(name.length / 3));
  problems.add(`${shown} has no key "${name}"`, at, {
    cure: close
      ? `Did you mean "${near}"?`
      : shape.extensions
        ? 'Remove it, or start its name with x-.'
        : 'Remove it.',
  });
}

function acceptsText(shape: Shape): boolean {
  const all = shape.kind === 'choice' ? shape.of : [shape];
  return all.some((one) => one.kind === 'scalar' && one.types.includes('string') && !one.oneOf);
}

function describe(node: Node): string {
  if (node.kind === 'list') return node.absent === true ? 'an empty list' : 'a list';
  if (node.kind === 'map') return 'a mapping';
  if (node.type === 'null') return 'null';
  return node.type === 'string' ? `"${goFormat(node)}"` : goFormat(node);
}

/** Equal for equal JSON values, whatever the order of keys. */
function identity(node: Node): string {
  if (node.kind === 'list') return `[${node.items.map(identity).join(',')}]`;
  if (node.kind === 'map') {
    const parts = [...node.entries].map(
      ([name, entry]) => `${JSON.stringify(name)}:${identity(entry.value)}`,
    );
    return `{${parts.sort().join(',')}}`;
  }
  return typeof node.value === 'string' ? JSON.stringify(node.value) : goFormat(node);
}
