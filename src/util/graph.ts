/**
 * Everything that can be reached from `starts`, each after what it uses, otherwise in the order
 * given. Who refuses circles does so before; here they must only not hang.
 */
export function dependencyOrder<N>(
  starts: Iterable<N>,
  uses: (node: N) => Iterable<N>,
): readonly N[] {
  const ordered = new Set<N>();
  const entered = new Set<N>();
  const visit = (node: N): void => {
    if (entered.has(node)) return;
    entered.add(node);
    for (const used of uses(node)) visit(used);
    ordered.add(node);
  };
  for (const start of starts) visit(start);
  return [...ordered];
}

/** Each circle once, as the nodes along it: a, b for a → b → a. */
export function circles<N>(
  nodes: Iterable<N>,
  uses: (node: N) => Iterable<N>,
): readonly (readonly N[])[] {
  const done = new Set<N>();
  const found: (readonly N[])[] = [];
  const visit = (node: N, way: readonly N[]): void => {
    const start = way.indexOf(node);
    if (start !== -1) {
      found.push(way.slice(start));
      return;
    }
    if (done.has(node)) return;
    for (const used of uses(node)) visit(used, [...way, node]);
    done.add(node);
  };
  for (const node of nodes) visit(node, []);
  return found;
}
