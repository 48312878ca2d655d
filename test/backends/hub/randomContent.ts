import {randoms} from '../../core/randoms.ts';

/** Bytes that make no pattern, the same for the same seed. */
export function randomContent(bytes: number, seed = 1): Buffer {
  const random = randoms(seed);
  return Buffer.from(Array.from({length: bytes}, () => random(256)));
}
