import stringWidth from 'string-width';
import {graphemeSpans, printableAscii} from '../composer/graphemes.ts';

/** A grapheme of a text that is drawn; `start` is its place in the original, -1 for the sign of what was left out. */
export type Glyph = {readonly text: string; readonly start: number; readonly width: number};

const ellipsis: Glyph = {text: '…', start: -1, width: 1};

/** As much of a text as is looked at: more does not fit into any terminal, in UTF-16 units. */
const readLength = 1000;

/**
 * The graphemes of one line that fit into so many columns. What is too long loses its end, or its middle where that
 * says less: in paths and in names of models.
 */
export function fitText(text: string, columns: number): Glyph[] {
  if (columns <= 0) return [];
  const glyphs = graphemeSpans(text.slice(0, readLength)).map(({text: grapheme, start}) => ({
    text: grapheme,
    start,
    width: printableAscii.test(grapheme) ? 1 : stringWidth(grapheme),
  }));
  if (widthOf(glyphs) <= columns) return glyphs;
  const isName = text.includes('/') && !/\s/.test(text);
  const tail = isName ? takeFrom(glyphs.toReversed(), Math.floor((columns - 1) / 2)).toReversed() : [];
  return [...takeFrom(glyphs, columns - 1 - widthOf(tail)), ellipsis, ...tail];
}

export function widthOf(glyphs: readonly Glyph[]): number {
  return glyphs.reduce((sum, {width}) => sum + width, 0);
}

/** The first glyphs that fit into so many columns. */
function takeFrom(glyphs: readonly Glyph[], columns: number): Glyph[] {
  let left = columns;
  const end = glyphs.findIndex(({width}) => {
    left -= width;
    return left < 0;
  });
  return end === -1 ? [...glyphs] : glyphs.slice(0, end);
}
