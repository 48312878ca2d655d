import {createHash} from 'node:crypto';
import {idAlphabet} from '../newId.ts';

/**
 * An id for something that another program wrote, the same for the same parts, so that reading it twice adds nothing.
 * It looks like `newId`'s, but holds no time: 26 characters of Crockford's base 32 out of SHA-256.
 */
export function derivedId(...parts: readonly (string | null)[]): string {
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest();
  return Array.from(hash.subarray(0, 26), byte => idAlphabet.charAt(byte & 31)).join('');
}
