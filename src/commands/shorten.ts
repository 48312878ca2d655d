import {neutraliseLine} from '../core/neutralise.ts';

/** The beginning of a text on one line, harmless for a terminal, at most `most` characters. */
export function shorten(text: string, most: number): string {
  // Enough to be cut from, whatever its characters are made of.
  const line = neutraliseLine(text.slice(0, most * 4).replace(/\s+/g, ' '));
  const characters = [...line];
  return characters.length > most ? `${characters.slice(0, most - 1).join('')}…` : line;
}
