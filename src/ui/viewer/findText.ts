/** More matches than this are not counted. */
export const mostMatches = 9999;

/** Marks of markdown that may stand between or around words and are not seen on the screen. */
const markup = '[*_`~]*';

/**
 * The pattern for what a person searches: capitals count only if there is one in the query, and blanks stand for any
 * blanks, line breaks and marks of emphasis between words, so that the same pattern fits a source and its drawing.
 * Undefined for an empty query.
 */
export function toPattern(query: string): RegExp | undefined {
  const words = query.trim().split(/\s+/).filter(Boolean);
  if (words.length === 0) return undefined;
  const source = words
    .map(word => word.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'))
    .join(`${markup}\\s+${markup}`);
  return new RegExp(source, /\p{Lu}/u.test(query) ? 'gu' : 'giu');
}

/** Where a text fits a pattern: the UTF-16 offsets, at most `limit` of them. */
export function findText(text: string, pattern: RegExp, limit = mostMatches): {start: number; end: number}[] {
  const found: {start: number; end: number}[] = [];
  for (const match of text.matchAll(pattern)) {
    if (found.length >= limit) break;
    found.push({start: match.index, end: match.index + match[0].length});
  }
  return found;
}
