/** A source of whole numbers from 0 to `below` - 1: small, fast, and the same for the same seed. */
export type Random = (below: number) => number;

/** After MurmurHash3's finaliser over a Weyl sequence (https://prng.di.unimi.it/splitmix64.c, in 32 bits). */
export function randoms(seed: number): Random {
  let state = seed;
  return below => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) % below;
  };
}

/** One of a list. */
export function pick<T>(random: Random, list: readonly T[]): T {
  return list[random(list.length)] as T;
}
