import { CASTS, cast } from './casts.ts';
import type { Cast } from './casts.ts';
import type { Problems } from '../problems.ts';
import { rulesBelow, items } from '../rules.ts';
import type { Rules } from '../rules.ts';
import { substitute } from './template.ts';
import type { Place } from '../source.ts';
import type { MapNode, Node, ScalarNode } from '../tree.ts';

/** Where variables come from, and what has none. */
export interface Variables {
  readonly lookup: PlacedLookup;
  /** The line of an environment file that sets a variable; none for those of the environment. */
  readonly origin: (name: string) => Place | undefined;
  /** Told of each use of a variable that is not set and has no default. */
  readonly onUnset: (name: string, at: Place) => void;
}

const KINDS: Readonly<Record<Cast, string>> = {
  int: 'a whole number',
  float: 'a number',
  bool: 'true or false',
};

/** The value of a variable, for a text at a place. */
export type PlacedLookup = (name: string, at: Place) => string | undefined;

/** Replaces variables in every text of the tree (not in keys), in place, and types the results. */
export function interpolate(root: MapNode, variables: Variables, problems: Problems): void {
  new Interpolation(variables, problems).map(root, CASTS);
}

class Interpolation {
  readonly #variables: Variables;
  readonly #problems: Problems;

  constructor(variables: Variables, problems: Problems) {
    this.#variables = variables;
    this.#problems = problems;
  }

  map(node: MapNode, rules: Rules<Cast> | undefined): void {
    for (const [name, entry] of node.entries) {
      entry.value = this.#node(entry.value, rulesBelow(rules, name));
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
    let origin: Place | undefined;
    const { lookup, onUnset } = this.#variables;
    const { text, failure } = substitute(
      node.value,
      (name) => {
        const value = lookup(name, node.at);
        if (value !== undefined) origin ??= this.#variables.origin(name);
        return value;
      },
      (name) => onUnset(name, node.at),
    );
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
    // A value is where its variable is set; how the file names it is its history.
    const from = origin === undefined ? {} : { at: origin, over: node };
    if (kind === undefined) {
      return text === node.value ? node : { ...node, value: text, ...from };
    }
    const value = cast(kind, text);
    if (value === undefined) {
      if (failure === undefined) {
        this.#problems.add(`"${text}" is not ${KINDS[kind]}`, node.at);
      }
      return node;
    }
    return { ...node, ...value, ...from };
  }
}
