/** Reproducible choices for the generators. */

export interface Random {
  /** An integer from 0 to n - 1. */
  below(n: number): number;
  /** True once in n times. */
  oneIn(n: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** 32 bits: small, all ones, single bits, or anything. */
  word(): number;
}

/** Mulberry32. */
export function random(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
  const below = (n: number): number => Math.floor((next() / 2 ** 32) * n);
  const shapes: (() => number)[] = [
    () => below(16),
    () => 0xffff_ffff,
    () => (1 << below(32)) >>> 0,
    () => next(),
    () => next() & next(),
    () => (0xff << below(25)) >>> 0,
  ];
  return {
    below,
    oneIn: (n) => below(n) === 0,
    pick: (from) => from[below(from.length)],
    word: () => shapes[below(shapes.length)]() >>> 0,
  };
}
