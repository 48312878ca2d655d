import {neutraliseLine} from '../core/neutralise.ts';

/**
 * The beginning of a markdown text in one plain line, for lists: without the signs of headings, emphasis, code, quotes
 * and fences, and links by their text.
 */
export function shortenMarkdown(text: string, most: number): string {
  const plain = text
    .slice(0, most * 8)
    .replace(/^[ \t]*(?:`{3,}|~{3,}).*$/gm, '')
    .replace(/^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|[-*_]{3,}[ \t]*$)/gm, '')
    .replace(/!?\[([^\]\n]*)\]\([^)\s]*\)/g, '$1')
    .replace(/(\*\*\*|\*\*|\*|~~|`+)(?=\S)([^\n]*?\S)\1/g, '$2')
    .replace(/(?<![\p{L}\p{N}_])(__?)(?=\S)([^\n]*?\S)\1(?![\p{L}\p{N}_])/gu, '$2');
  return shorten(plain.trim(), most);
}

/** The beginning of a text on one line, harmless for a terminal, at most `most` characters. */
export function shorten(text: string, most: number): string {
  // Enough to be cut from, whatever its characters are made of.
  const line = neutraliseLine(text.slice(0, most * 4).replace(/\s+/g, ' '));
  const characters = [...line];
  return characters.length > most ? `${characters.slice(0, most - 1).join('')}…` : line;
}
