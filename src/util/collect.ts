/** Everything that an async iterable yields (Array.fromAsync, which Node has from 22 on). */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
