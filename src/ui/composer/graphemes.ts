import {chipMarks} from './chips.ts';

/** A part of a text, `[start, end)` in UTF-16 units. */
export type Span = {readonly start: number; readonly end: number};

/** Text in which every character is a grapheme of one column: most of what is typed, and cheap to measure. */
export const printableAscii = /^[\x20-\x7e]*$/;

const graphemes = new Intl.Segmenter(undefined, {granularity: 'grapheme'});

/** A grapheme and where it stands. */
export type Grapheme = Span & {readonly text: string};

/** The graphemes of a text. The mark of a chip is always one of its own, whatever stands beside it. */
export function graphemeSpans(text: string): Grapheme[] {
  if (printableAscii.test(text)) {
    return Array.from(text, (character, index) => ({start: index, end: index + 1, text: character}));
  }
  return [...graphemesFrom(text, 0)];
}

/** The same from a border on, found as they are asked for. */
export function* graphemesFrom(text: string, from: number): Generator<Grapheme, undefined> {
  for (const {segment, index} of graphemes.segment(text.slice(from))) {
    for (const {start, end} of apart(segment, from + index)) yield {start, end, text: text.slice(start, end)};
  }
}

/**
 * The grapheme of which the unit at `index` is a part; an empty span at the text's end. It looks at what is around
 * the place only, so that a long text costs no more than a short one.
 */
export function graphemeAt(text: string, index: number): Span {
  const found = graphemes.segment(text).containing(index);
  if (!found) return {start: text.length, end: text.length};
  const spans = apart(found.segment, found.index);
  return spans.find(span => index < span.end) ?? {start: text.length, end: text.length};
}

/** The border of a grapheme at a place: itself, or the nearest one in a direction. */
export function borderAt(text: string, index: number, direction: -1 | 1): number {
  const {start, end} = graphemeAt(text, index);
  return start === index || direction === -1 ? start : end;
}

/** The border after the grapheme that begins at a border; at the text's end, the end. */
export function nextBorder(text: string, index: number): number {
  const isAlone = isPlain(text, index) && (index + 1 === text.length || isPlain(text, index + 1));
  return isAlone ? index + 1 : graphemeAt(text, index).end;
}

/** The border before the grapheme that ends at a border; at the text's start, the start. */
export function previousBorder(text: string, index: number): number {
  if (index === 0) return 0;
  const isAlone = isPlain(text, index - 1) && (index === 1 || isPlain(text, index - 2));
  return isAlone ? index - 1 : graphemeAt(text, index - 1).start;
}

/** Whether a character of ASCII that can be seen, or a newline: it has borders on both sides, beside another such. */
function isPlain(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code === 0x0a || (code >= 0x20 && code < 0x7f);
}

/** A combining mark joins whatever is before it, by the rules of Unicode; a chip is not to be joined. */
function apart(segment: string, offset: number): Span[] {
  const whole = {start: offset, end: offset + segment.length};
  if (segment.length === 1) return [whole];
  const marks = [...segment.matchAll(chipMarks)].map(({index}) => index);
  if (marks.length === 0) return [whole];
  const borders = [...new Set([0, ...marks.flatMap(mark => [mark, mark + 1]), segment.length])];
  return borders.slice(1).map((end, at) => ({start: offset + (borders[at] ?? 0), end: offset + end}));
}
