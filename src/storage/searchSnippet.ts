import {foldWithMap, originalRange} from '../core/foldWithMap.ts';
import {foldText} from './promptSearchText.ts';

/** A piece of a snippet; `hit` says that it is what was searched for. */
export type SnippetPart = {text: string; hit: boolean};

/** What finds a word or phrase in a folded text: the first of these that finds anything. */
export type Needle = readonly Finder[];

/** Finds a text, or what a pattern fits, that begins, or ends, where a word does. (Lookarounds take far longer.) */
type Finder = {
  readonly what: string | RegExp;
  readonly startsWord: boolean;
  readonly endsWord: boolean;
};

/** A place in the folded text, `[start, end)` in UTF-16 units. */
type Place = readonly [start: number, end: number];

export type Snippet = {
  /** The text around the hits, on one line, untrusted as all text of a message. */
  readonly parts: readonly SnippetPart[];
  /** For each needle which of its finders found it, the first being 0; -1 when none did. */
  readonly found: readonly number[];
};

/** How long a snippet is about, and how much of it comes before its first hit, in UTF-16 units. */
const snippetLength = 160;
const lead = 40;
/** Ends are moved by at most so much, so that no word is cut. */
const slack = 16;
/** So many places of each needle are compared for the one where most needles are together. */
const maxPlaces = 20;

/** Finds words as the word index does: whole, and in a phrase whatever stands between them; best as it is written. */
export function wordNeedle(text: string): Needle {
  const folded = foldText(text);
  const words = folded.match(/[\p{L}\p{N}\p{Co}]+/gu) ?? [];
  const literal = {
    what: folded,
    startsWord: isWordCharacter(folded, true),
    endsWord: isWordCharacter(folded),
  };
  if (words.length === 0 || words[0] === folded) return [literal];
  const apart = new RegExp(words.join('[^\\p{L}\\p{N}]+'), 'gu');
  return [literal, {what: apart, startsWord: true, endsWord: true}];
}

/** Finds a text wherever it stands, best at the start of a word. */
export function partNeedle(text: string): Needle {
  const what = foldText(text);
  return [
    {what, startsWord: true, endsWord: false},
    {what, startsWord: false, endsWord: false},
  ];
}

/** The part of a text where most needles are, and which of them there are at all. */
export function makeSnippet(text: string, needles: readonly Needle[]): Snippet {
  const folded = foldText(text);
  const found: number[] = [];
  const places = needles.map(needle => {
    for (const [index, finder] of needle.entries()) {
      const those = placesOf(folded, finder);
      if (those.length === 0) continue;
      found.push(index);
      return those;
    }
    found.push(-1);
    return [];
  });
  const [start, end] = windowOf(folded, places);
  const hits = mergePlaces(
    places.flat().filter(([from, to]) => from >= start && to <= Math.max(end, from + 1)),
  );
  // Where folding has changed no length, as nearly always, every place is its own.
  const map = folded.length === text.length ? null : foldWithMap(text);
  const original = (from: number, to: number): Place => (map ? originalRange(map, from, to) : [from, to]);
  const parts: SnippetPart[] = [];
  const add = (from: number, to: number, hit: boolean): void => {
    const piece = text.slice(...original(from, to)).replace(/\s+/g, ' ');
    if (piece !== '') parts.push({text: piece, hit});
  };
  if (start > 0) parts.push({text: '…', hit: false});
  let at = start;
  for (const [from, to] of hits) {
    add(at, from, false);
    add(from, to, true);
    at = to;
  }
  add(at, Math.max(at, end), false);
  if (Math.max(at, end) < folded.length) parts.push({text: '…', hit: false});
  return {parts: joined(parts), found};
}

function placesOf(folded: string, {what, startsWord, endsWord}: Finder): Place[] {
  const places: Place[] = [];
  for (const [start, end] of typeof what === 'string' ? literals(folded, what) : matches(folded, what)) {
    if (startsWord && isWordCharacter(folded.slice(Math.max(0, start - 2), start))) continue;
    if (endsWord && isWordCharacter(folded.slice(end, end + 2), true)) continue;
    places.push([start, end]);
    if (places.length >= maxPlaces) break;
  }
  return places;
}

function* literals(folded: string, text: string): Generator<Place> {
  for (let at = folded.indexOf(text); at !== -1; at = folded.indexOf(text, at + text.length))
    yield [at, at + text.length];
}

function* matches(folded: string, pattern: RegExp): Generator<Place> {
  for (const match of folded.matchAll(pattern)) yield [match.index, match.index + match[0].length];
}

/** Where most of the needles are near one another, the earliest of such places; ends where words end. */
function windowOf(folded: string, places: readonly (readonly Place[])[]): Place {
  let best = 0;
  let most = 0;
  const starts = places.flat().map(([start]) => start);
  for (const from of starts.toSorted((a, b) => a - b)) {
    const count = places.filter(each =>
      each.some(([start, end]) => start >= from && end <= from + snippetLength - lead),
    ).length;
    if (count > most) [best, most] = [from, count];
    if (most === places.length) break;
  }
  let start = best > lead ? best - lead : 0;
  const next = folded.slice(start, Math.min(start + slack, best)).search(/(?<=\s)\S/);
  if (start > 0 && next > 0) start += next;
  let end = Math.min(folded.length, start + snippetLength);
  if (end < folded.length) {
    const last = folded.slice(end - slack, end).search(/\s\S*$/);
    end = last >= 0 ? end - slack + last : end;
  }
  return [start, end];
}

/** In order; those that touch or overlap are one. */
function mergePlaces(places: readonly Place[]): Place[] {
  const merged: [number, number][] = [];
  for (const [start, end] of places.toSorted((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}

/** Without blanks at the ends, and with neighbours of a kind made one. */
function joined(parts: readonly SnippetPart[]): SnippetPart[] {
  const result: SnippetPart[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (last && last.hit === part.hit) last.text += part.text;
    else result.push({...part});
  }
  const [first] = result;
  const last = result.at(-1);
  if (first) first.text = first.text.trimStart();
  if (last) last.text = last.text.trimEnd();
  return result.filter(part => part.text !== '');
}

/** Whether a letter or digit is the last, or the first, of a few UTF-16 units. */
function isWordCharacter(units: string, first = false): boolean {
  return (first ? /^[\p{L}\p{N}]/u : /[\p{L}\p{N}]$/u).test(units);
}
