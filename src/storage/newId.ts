import {randomBytes} from 'node:crypto';

/** Crockford's base 32: no letter that is easily taken for a digit. */
export const idAlphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * A new id of 26 lower-case characters: 10 of the time (so that ids sort by age, and the first 7 or so are enough
 * to type), 16 random ones (80 bits). The layout is ULID's: https://github.com/ulid/spec
 *
 * @param now ms since 1970
 */
export function newId(now: number): string {
  let time = '';
  for (let rest = Math.floor(now), i = 0; i < 10; i++, rest = Math.floor(rest / 32)) {
    time = idAlphabet.charAt(rest % 32) + time;
  }
  return time + Array.from(randomBytes(16), byte => idAlphabet.charAt(byte & 31)).join('');
}
