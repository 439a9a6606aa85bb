/**
 * Rules by path, as a tree that is walked along with the document, so that looking one up costs a
 * step and not a comparison with every pattern. `*` stands for any key, `[]` for any list item
 * (which a `*` matches too).
 */
export interface Rules<R> {
  readonly rule: R | undefined;
  readonly keys: ReadonlyMap<string, Rules<R>>;
  readonly any: Rules<R> | undefined;
}

interface MutableRules<R> {
  rule: R | undefined;
  keys: Map<string, MutableRules<R>>;
  any: MutableRules<R> | undefined;
}

function empty<R>(): MutableRules<R> {
  return { rule: undefined, keys: new Map(), any: undefined };
}

/** @param patterns dotted: `services.*.build.args` */
export function rules<R>(patterns: Readonly<Record<string, R>>): Rules<R> {
  const root = empty<R>();
  for (const [pattern, rule] of Object.entries(patterns)) {
    let at = root;
    for (const part of pattern.split('.')) {
      let next = part === '*' ? at.any : at.keys.get(part);
      if (next === undefined) {
        next = empty<R>();
        if (part === '*') at.any = next;
        else at.keys.set(part, next);
      }
      at = next;
    }
    at.rule = rule;
  }
  return root;
}

/** The rules below a key; undefined when there are none, so that walks can stop. */
export function rulesBelow<R>(at: Rules<R> | undefined, key: string): Rules<R> | undefined {
  return at?.keys.get(key) ?? at?.any;
}

/** The rules for the items of a list. */
export function items<R>(at: Rules<R> | undefined): Rules<R> | undefined {
  return at?.keys.get('[]') ?? at?.any;
}
