/**
 * Several sorted streams as one sorted stream. Holds one item of each, and asks for the next one when
 * that is taken, so that a stream of any length costs no memory. Of equal ones the first stream's comes
 * first.
 */
export async function* mergeSorted<T>(
  sources: readonly AsyncIterable<T>[],
  keyOf: (item: T) => number,
): AsyncGenerator<T> {
  const iterators = sources.map((source) => source[Symbol.asyncIterator]());
  try {
    const heads = await Promise.all(iterators.map((iterator) => iterator.next()));
    for (;;) {
      let first = -1;
      let least = Infinity;
      heads.forEach((head, index) => {
        if (head.done === true || (first !== -1 && keyOf(head.value) >= least)) return;
        [first, least] = [index, keyOf(head.value)];
      });
      const head = heads[first];
      const iterator = iterators[first];
      if (head === undefined || iterator === undefined || head.done === true) return;
      yield head.value;
      heads[first] = await iterator.next();
    }
  } finally {
    for (const iterator of iterators) await iterator.return?.();
  }
}
