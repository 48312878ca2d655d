import type {Buffer} from './buffer.ts';

/** How much must be typed before an earlier prompt is suggested, and up to where it is, in UTF-16 units. */
const least = 2;
const longestTyped = 500;

/** A longer rest, or one of more lines, is suggested up to the end of its first line only. */
const longest = 200;
const mostLines = 4;

const words = new Intl.Segmenter(undefined, {granularity: 'word'});

/** The rest of an earlier prompt that begins with what is typed; empty when there is none, or the cursor is not at the end. */
export function ghostAfter({text, cursor}: Buffer, suggest: (prefix: string) => string | undefined): string {
  if (cursor < text.length || text.length < least || text.length > longestTyped || text.trim() === '')
    return '';
  const found = suggest(text);
  if (found === undefined || !found.startsWith(text)) return '';
  const rest = found.slice(text.length);
  if (rest.length <= longest && rest.split('\n').length <= mostLines) return rest;
  return rest.split('\n')[0] ?? '';
}

/** The first word of a suggestion, with what stands before it. */
export function ghostWord(ghost: string): string {
  for (const {index, segment, isWordLike} of words.segment(ghost))
    if (isWordLike) return ghost.slice(0, index + segment.length);
  return ghost;
}
