/** Deeper than anything that people write, and far from where a recursive reader runs out of stack. */
export const MAXIMUM_DEPTH = 200;

/** Whether a tree is deeper than that; walks without recursion, each node once a path. */
export function isTooDeep<T>(root: T, childrenOf: (node: T) => Iterable<T>): boolean {
  let level: T[] = [root];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAXIMUM_DEPTH) return true;
    const next: T[] = [];
    for (const node of level) for (const child of childrenOf(node)) next.push(child);
    level = next;
  }
  return false;
}

/** What a recursive reader gives; undefined where it ran out of stack: the text is nested too deeply. */
export function unlessTooDeep<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError && /call stack/i.test(error.message)) return undefined;
    throw error;
  }
}
