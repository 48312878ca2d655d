import {neutraliseLine} from '../core/neutralise.ts';
import type {Correction} from '../storage/searchTypos.ts';

/** What was looked for instead of words that may be misspelt: `“regular”, “regulate” for “reglar”`. Empty for nothing. */
export function describeCorrections(corrected: readonly Correction[]): string {
  return corrected
    .map(({typed, found}) => `${found.map(quote).join(', ')} for ${quote(typed)}`)
    .join(' and ');
}

function quote(word: string): string {
  return `“${neutraliseLine(word)}”`;
}
