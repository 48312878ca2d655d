import {nextBorder, previousBorder} from '../graphemes.ts';
import {firstNonBlank, lineEnd, lineStart} from '../lines.ts';
import {matchingBracket} from './viObjects.ts';
import * as words from './viWords.ts';

/** A motion by its keys: `w`, `gg`, `f`. The last kind has the character that is looked for. */
export type Motion =
  | {readonly type: 'plain'; readonly name: string}
  | {readonly type: 'find'; readonly by: FindKey; readonly character: string; readonly isAgain?: boolean};

export type FindKey = 'f' | 'F' | 't' | 'T';

/** Where a motion leads, and what an operator takes on the way: up to there, the grapheme there too, or whole lines. */
export type Place = {readonly to: number; readonly kind: 'exclusive' | 'inclusive' | 'lines'};

type Plain = (text: string, at: number, count: number | null) => Place | null;

const exclusive = (to: number): Place => ({to, kind: 'exclusive'});
const inclusive = (to: number): Place => ({to, kind: 'inclusive'});

/** Takes a step over and over, for as long as it leads on. */
function repeated(at: number, count: number | null, step: (at: number) => number): number {
  let to = at;
  for (let left = count ?? 1; left > 0; left -= 1) {
    const next = step(to);
    if (next === to) break;
    to = next;
  }
  return to;
}

function byWord(
  step: (text: string, at: number, isBig: boolean) => number,
  isBig: boolean,
  place: (to: number) => Place,
): Plain {
  return (text, at, count) => place(repeated(at, count, from => step(text, from, isBig)));
}

/** The plain motions. Each gives null where it cannot lead anywhere. */
const motions: Readonly<Record<string, Plain>> = {
  h: (text, at, count) => {
    const start = lineStart(text, at);
    return exclusive(repeated(at, count, from => (from > start ? previousBorder(text, from) : from)));
  },
  l: (text, at, count) => {
    const end = lineEnd(text, at);
    return exclusive(repeated(at, count, from => (from < end ? nextBorder(text, from) : from)));
  },
  '0': (text, at) => exclusive(lineStart(text, at)),
  '^': (text, at) => exclusive(firstNonBlank(text, at)),
  $: (text, at, count) => {
    const line = linesDown(text, at, (count ?? 1) - 1);
    const end = lineEnd(text, line);
    return inclusive(end > lineStart(text, line) ? previousBorder(text, end) : end);
  },
  w: byWord(words.nextWord, false, exclusive),
  W: byWord(words.nextWord, true, exclusive),
  b: byWord(words.previousWord, false, exclusive),
  B: byWord(words.previousWord, true, exclusive),
  e: byWord(words.wordEnd, false, inclusive),
  E: byWord(words.wordEnd, true, inclusive),
  ge: byWord(words.previousWordEnd, false, inclusive),
  gE: byWord(words.previousWordEnd, true, inclusive),
  gg: (text, _at, count) => toLine(text, count ?? 1),
  G: (text, _at, count) => toLine(text, count ?? Number.POSITIVE_INFINITY),
  '%': (text, at) => {
    const to = matchingBracket(text, at);
    return to === null ? null : inclusive(to);
  },
  j: (text, at, count) => {
    const to = linesDown(text, at, count ?? 1);
    return to === lineStart(text, at) ? null : {to, kind: 'lines'};
  },
  k: (text, at, count) => {
    const start = lineStart(text, at);
    const to = repeated(start, count, from => (from === 0 ? 0 : lineStart(text, from - 1)));
    return to === start ? null : {to, kind: 'lines'};
  },
};

/** The names of the plain motions; some begin with `g`. */
export const motionNames: ReadonlySet<string> = new Set(Object.keys(motions));

/** Where a motion leads from a place; null when it leads nowhere. */
export function moveBy(motion: Motion, text: string, at: number, count: number | null): Place | null {
  if (motion.type === 'plain') return motions[motion.name]?.(text, at, count) ?? null;
  const {by, character, isAgain = false} = motion;
  const isForward = by === 'f' || by === 't';
  const isBefore = by === 't' || by === 'T';
  const edge = isForward ? lineEnd(text, at) : lineStart(text, at);
  const step = isForward ? nextBorder : previousBorder;
  let found = at;
  // After `t`, its repetition would find the character that it stopped at.
  if (isBefore && isAgain && found !== edge && graphemeFrom(text, step(text, found)) === character)
    found = step(text, found);
  for (let left = count ?? 1; left > 0; left -= 1) {
    do {
      if (found === edge) return null;
      found = step(text, found);
      if (isForward && found === edge) return null;
    } while (graphemeFrom(text, found) !== character);
  }
  const to = isBefore ? (isForward ? previousBorder : nextBorder)(text, found) : found;
  return isForward ? inclusive(to) : exclusive(to);
}

/** The same search the other way round, for `,`. */
export function reversed(by: FindKey): FindKey {
  return ({f: 'F', F: 'f', t: 'T', T: 't'} as const)[by];
}

/** A place in the line `count` lines below or above, in the column `column`, counted in graphemes. */
export function lineBy(text: string, at: number, count: number, column: number): number {
  const place = count > 0 ? motions.j?.(text, at, count) : motions.k?.(text, at, -count);
  if (!place) return at;
  const end = lineEnd(text, place.to);
  return repeated(place.to, column, from => (from < end ? nextBorder(text, from) : from));
}

/** How many graphemes stand before a place in its line. */
export function columnOf(text: string, at: number): number {
  let column = 0;
  for (let from = lineStart(text, at); from < at; from = nextBorder(text, from)) column += 1;
  return column;
}

function graphemeFrom(text: string, at: number): string {
  return text.slice(at, nextBorder(text, at));
}

/** The start of the line so many lines below, as far as there are any. */
function linesDown(text: string, at: number, count: number): number {
  return repeated(lineStart(text, at), count, from => {
    const end = lineEnd(text, from);
    return end === text.length ? from : end + 1;
  });
}

/** A line by its number, the last one when there are not so many. */
function toLine(text: string, number: number): Place {
  return {to: firstNonBlank(text, linesDown(text, 0, number - 1)), kind: 'lines'};
}
