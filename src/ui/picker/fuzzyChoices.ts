import type {Expression} from 'fuse.js';
import {type Folded, findRanges, foldWithMap, mergeRanges, originalRange} from '../../core/foldWithMap.ts';
import type {PickerItem, PickerRequest} from './pickerRequest.ts';

/** So much of a label and of a detail is compared, in UTF-16 units. */
const comparedLength = 120;
/** fuse.js ranks so many; it takes its time for each. */
const maxRanked = 150;

type Prepared = {item: PickerItem; label: Folded; detail: string; letters: number; order: number};

type FuseClass = typeof import('fuse.js')['default'];

/**
 * Looks among items that are all known. Every typed word has to be in the label or the detail, or nearly so; those
 * that begin with what is typed come first, then those that contain it. Without a filter they stay in their order.
 * fuse.js is loaded while the whole list is looked at: the first key may come before it, and is answered a little later.
 */
export function findAmong(items: readonly PickerItem[]): PickerRequest['find'] {
  let prepared: readonly Prepared[] | undefined;
  let Fuse: FuseClass | undefined;
  const load = async (): Promise<void> => {
    Fuse ??= (await import('fuse.js')).default;
    prepared ??= items.map(prepare);
  };
  return (query, show) => {
    const words = foldWithMap(query).text.split(/\s+/).filter(Boolean);
    let isStopped = false;
    const look = (): void => {
      if (isStopped || !Fuse || !prepared) return;
      const {candidates, rest} = preselect(prepared, words);
      const ranked = rank(Fuse, candidates, words);
      show({items: [...ranked, ...rest.map(each => mark(each, words))], complete: true});
    };
    if (words.length === 0) {
      show({items, complete: true});
      void load();
    } else if (Fuse && prepared) {
      look();
    } else {
      void load().then(look);
    }
    return () => {
      isStopped = true;
    };
  };
}

function prepare(item: PickerItem, order: number): Prepared {
  const label = foldWithMap(item.label.slice(0, comparedLength));
  const detail = foldWithMap((item.detail ?? '').slice(0, comparedLength)).text;
  return {item, label, detail, letters: lettersOf(label.text + detail), order};
}

/** The likeliest items, to be ranked, and the others that contain every word. */
function preselect(
  prepared: readonly Prepared[],
  words: readonly string[],
): {candidates: readonly Prepared[]; rest: readonly Prepared[]} {
  const wanted = words.map(word => ({letters: lettersOf(word), slips: Math.floor(word.length / 3)}));
  const likely = prepared.filter(each =>
    wanted.every(({letters, slips}) => bitCount(letters & ~each.letters) <= slips),
  );
  if (likely.length <= maxRanked) return {candidates: likely, rest: []};
  const sorted = likely
    .map(each => ({each, likeness: totalLikeness(each, words)}))
    .toSorted((a, b) => b.likeness - a.likeness)
    .map(({each}) => each);
  return {
    candidates: sorted.slice(0, maxRanked),
    rest: sorted.slice(maxRanked).filter(each => words.every(word => likeness(each, word) >= contained)),
  };
}

/** The least likeness of an item that contains a word. */
const contained = 3;

function totalLikeness(candidate: Prepared, words: readonly string[]): number {
  return words.reduce((sum, word) => sum + likeness(candidate, word), 0);
}

/** An item with its matches marked, as far as its label contains the words. */
function mark({item, label}: Prepared, words: readonly string[]): PickerItem {
  return {...item, ranges: findRanges(label, words)};
}

function likeness({label, detail}: Prepared, word: string): number {
  if (label.text.startsWith(word)) return 6;
  for (let at = label.text.indexOf(word); at !== -1; at = label.text.indexOf(word, at + 1)) {
    if (!/[\p{L}\p{N}]/u.test(label.text[at - 1] ?? '')) return 5;
  }
  if (label.text.includes(word)) return 4;
  if (detail.includes(word)) return contained;
  return hasInOrder(label.text, word) ? 2 : hasInOrder(detail, word) ? 1 : 0;
}

function hasInOrder(text: string, word: string): boolean {
  let at = -1;
  for (const letter of word) {
    at = text.indexOf(letter, at + 1);
    if (at === -1) return false;
  }
  return true;
}

function rank(Fuse: FuseClass, candidates: readonly Prepared[], words: readonly string[]): PickerItem[] {
  const fuse = new Fuse(candidates, {
    keys: [
      {name: 'label', getFn: each => each.label.text, weight: 2},
      {name: 'detail', getFn: each => each.detail},
    ],
    ignoreLocation: true,
    includeMatches: true,
    includeScore: true,
    threshold: 0.34,
  });
  const inEither = (word: string): Expression => ({$or: [{label: word}, {detail: word}]});
  return fuse
    .search({$and: words.map(inEither)})
    .map(({item: candidate, score = 1, matches = []}) => {
      const {item, label, order} = candidate;
      const likelihood = totalLikeness(candidate, words);
      const fuzzy = matches.filter(match => match.key === 'label').flatMap(match => match.indices);
      const exact = findRanges(label, words);
      const ranges =
        exact.length > 0
          ? exact
          : mergeRanges(
              fuzzy
                .filter(([start, end]) => end > start)
                .map(([start, end]) => originalRange(label, start, end + 1)),
            );
      // Where every word is contained, what else is like it counts for nothing: the list's own order does.
      const isContained = words.every(word => likeness(candidate, word) >= contained);
      return {
        item: ranges.length > 0 ? {...item, ranges} : item,
        likelihood,
        score: isContained ? 0 : score,
        order,
      };
    })
    .toSorted((a, b) => b.likelihood - a.likelihood || a.score - b.score || a.order - b.order)
    .map(({item}) => item);
}

/** Which letters and digits occur, a bit each; the rest share some. */
function lettersOf(text: string): number {
  let letters = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    letters |= 1 << (code >= 0x61 && code <= 0x7a ? code - 0x61 : 26 + (code % 6));
  }
  return letters;
}

function bitCount(bits: number): number {
  let count = 0;
  for (let left = bits; left !== 0; left &= left - 1) count++;
  return count;
}
