/** Random choices that a seed repeats. */
export interface Random {
  /** A whole number from 0 up to, not including, `below`. */
  under(below: number): number;
  pick<T>(list: readonly T[]): T;
}

/** mulberry32: small, and good enough to choose what to break next. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const under = (below: number): number => Math.floor(next() * below);
  return {
    under,
    pick: (list) => {
      const one = list[under(list.length)];
      if (one === undefined) throw new Error('there is nothing to pick from');
      return one;
    },
  };
}
