import {isChipAt} from '../chips.ts';
import {nextBorder, previousBorder, type Span} from '../graphemes.ts';
import {lineEnd, lineStart} from '../lines.ts';

/** Scripts without blanks between words: each run of one of them is a word, as in Vim. */
const scripts: readonly (readonly [string, RegExp])[] = [
  ['han', /\p{Script=Han}/u],
  ['hiragana', /\p{Script=Hiragana}/u],
  ['katakana', /\p{Script=Katakana}/u],
  ['hangul', /\p{Script=Hangul}/u],
];

/**
 * What kind of word the grapheme at a border belongs to: neighbours of one kind are one word. With `isBig`, whatever
 * stands between blanks is. A chip is a word of its own.
 */
function kindAt(text: string, at: number, isBig: boolean): string {
  if (at >= text.length) return 'blank';
  if (isChipAt(text, at)) return `chip ${at}`;
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  if (/\s/.test(character)) return 'blank';
  if (isBig) return 'word';
  if (/[\w]/.test(character)) return 'word';
  if (character < '\u0080') return 'sign';
  const script = scripts.find(([, pattern]) => pattern.test(character));
  if (script) return script[0];
  return /[\p{L}\p{N}\p{M}]/u.test(character) ? 'word' : 'sign';
}

function isBlank(text: string, at: number): boolean {
  return kindAt(text, at, true) === 'blank';
}

/** An empty line counts as a word. */
function isEmptyLine(text: string, at: number): boolean {
  return lineStart(text, at) === at && lineEnd(text, at) === at;
}

/** Behind the last grapheme of the run of one kind that holds `at`. */
function runEnd(text: string, at: number, isBig: boolean): number {
  const kind = kindAt(text, at, isBig);
  let end = at;
  while (end < text.length && kindAt(text, end, isBig) === kind) end = nextBorder(text, end);
  return end;
}

function runStart(text: string, at: number, isBig: boolean): number {
  const kind = kindAt(text, at, isBig);
  let start = at;
  while (start > 0) {
    const before = previousBorder(text, start);
    if (kindAt(text, before, isBig) !== kind) break;
    start = before;
  }
  return start;
}

/** `w` and `W`: where the next word begins; the text's end after the last. */
export function nextWord(text: string, at: number, isBig: boolean): number {
  if (at >= text.length) return at;
  let to = isBlank(text, at) ? nextBorder(text, at) : runEnd(text, at, isBig);
  while (to < text.length && isBlank(text, to) && !isEmptyLine(text, to)) to = nextBorder(text, to);
  return to;
}

/** `e` and `E`: the last grapheme of this word, or of the next one when `at` is there already. */
export function wordEnd(text: string, at: number, isBig: boolean): number {
  let from = nextBorder(text, at);
  while (from < text.length && isBlank(text, from)) from = nextBorder(text, from);
  return previousBorder(text, from < text.length ? runEnd(text, from, isBig) : text.length);
}

/** `b` and `B`: where this word begins, or the one before when `at` is there already. */
export function previousWord(text: string, at: number, isBig: boolean): number {
  let to = previousBorder(text, at);
  while (to > 0 && isBlank(text, to) && !isEmptyLine(text, to)) to = previousBorder(text, to);
  return isBlank(text, to) ? to : runStart(text, to, isBig);
}

/** `ge` and `gE`: the last grapheme of the word before. */
export function previousWordEnd(text: string, at: number, isBig: boolean): number {
  let to = isBlank(text, at) ? at : runStart(text, at, isBig);
  to = previousBorder(text, to);
  while (to > 0 && isBlank(text, to) && !isEmptyLine(text, to)) to = previousBorder(text, to);
  return to;
}

/** Behind the word at `at`, or behind the `count`th from there: what `cw` changes, which keeps the blanks. */
export function changedWordEnd(text: string, at: number, count: number, isBig: boolean): number {
  let end = runEnd(text, at, isBig);
  for (let left = count; left > 1 && end < text.length; left -= 1)
    end = nextBorder(text, wordEnd(text, previousBorder(text, end), isBig));
  return end;
}

/** `iw` and `aw` and their big ones: words and the runs of blanks between them, within a line. */
export function wordObject(
  text: string,
  at: number,
  count: number,
  {isBig, around}: {isBig: boolean; around: boolean},
): Span | null {
  const first = lineStart(text, at);
  const last = lineEnd(text, at);
  if (first === last) return null;
  const line = text.slice(first, last);
  const pieceEnd = (from: number): number => first + runEnd(line, from - first, isBig);
  const start = first + runStart(line, at - first, isBig);
  const beginsBlank = isBlank(text, start);
  let end = pieceEnd(start);
  // With `around`, each word counts together with the blanks beside it.
  const pieces = around ? 2 * count : count;
  for (let left = pieces - 1; left > 0 && end < last; left -= 1) {
    if (around && left === 1 && !beginsBlank && !isBlank(text, end)) break;
    end = pieceEnd(end);
  }
  const hasBlankEnd = beginsBlank || isBlank(text, previousBorder(text, end));
  if (!around || hasBlankEnd || start === first) return {start, end};
  const before = previousBorder(text, start);
  return {start: isBlank(text, before) ? first + runStart(line, before - first, isBig) : start, end};
}
