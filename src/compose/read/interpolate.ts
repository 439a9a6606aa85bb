import { CASTS, cast } from './casts.ts';
import type { Cast } from './casts.ts';
import type { Problems } from '../problems.ts';
import { below, items } from '../rules.ts';
import type { Rules } from '../rules.ts';
import { substitute } from './template.ts';
import type { Place } from '../source.ts';
import type { MapNode, Node, ScalarNode } from '../tree.ts';

const KINDS: Readonly<Record<Cast, string>> = {
  int: 'a whole number',
  float: 'a number',
  bool: 'true or false',
};

/** The value of a variable, for a text at a place. */
export type PlacedLookup = (name: string, at: Place) => string | undefined;

/** Replaces variables in every text of the tree (not in keys), in place, and types the results. */
export function interpolate(root: MapNode, lookup: PlacedLookup, problems: Problems): void {
  new Interpolation(lookup, problems).map(root, CASTS);
}

class Interpolation {
  readonly #lookup: PlacedLookup;
  readonly #problems: Problems;

  constructor(lookup: PlacedLookup, problems: Problems) {
    this.#lookup = lookup;
    this.#problems = problems;
  }

  map(node: MapNode, rules: Rules<Cast> | undefined): void {
    for (const [name, entry] of node.entries) {
      entry.value = this.#node(entry.value, below(rules, name));
    }
  }

  #node(node: Node, rules: Rules<Cast> | undefined): Node {
    if (node.kind === 'map') {
      this.map(node, rules);
      return node;
    }
    if (node.kind === 'list') {
      const inner = items(rules);
      node.items = node.items.map((item) => this.#node(item, inner));
      return node;
    }
    return this.#scalar(node, rules?.rule);
  }

  #scalar(node: ScalarNode, kind: Cast | undefined): ScalarNode {
    if (node.type !== 'string' || typeof node.value !== 'string') return node;
    const { text, failure } = substitute(node.value, (name) => this.#lookup(name, node.at));
    if (failure?.kind === 'syntax') {
      this.#problems.add(`"${node.value}" is no valid use of variables`, node.at, {
        why: 'A $ starts a variable: $NAME, ${NAME}, ${NAME:-default}, ${NAME:?message}.',
        cure: 'Write $$ for a dollar sign.',
      });
    } else if (failure?.kind === 'required') {
      this.#problems.add(`The variable ${failure.variable} is required and has no value`, node.at, {
        ...(failure.message !== '' && { why: failure.message }),
        cure: `Set ${failure.variable} in the environment or in .env.`,
      });
    }
    if (kind === undefined) {
      return text === node.value ? node : { ...node, value: text };
    }
    const value = cast(kind, text);
    if (value === undefined) {
      if (failure === undefined) {
        this.#problems.add(`"${text}" is not ${KINDS[kind]}`, node.at);
      }
      return node;
    }
    return { ...node, ...value };
  }
}
