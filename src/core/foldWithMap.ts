const accents = /[\u0300-\u036f]/g;

/**
 * A text in small letters and without accents, and for each of its UTF-16 units the one of the original that it stands
 * for; null when each stands for that at its own place.
 */
export type Folded = {readonly text: string; readonly origin: readonly number[] | null};

/** Folds a text for being compared, so that what is found can be marked in the original. */
export function foldWithMap(text: string): Folded {
  if (/^[\x00-\x7f]*$/.test(text)) return {text: text.toLowerCase(), origin: null};
  let folded = '';
  const origin: number[] = [];
  let at = 0;
  for (const character of text) {
    const isLatin = character >= '\u00c0' && character <= '\u036f';
    const plain = (isLatin ? character.normalize('NFD').replace(accents, '') : character).toLowerCase();
    for (let unit = 0; unit < plain.length; unit++) origin.push(at);
    folded += plain;
    at += character.length;
  }
  origin.push(text.length);
  return {text: folded, origin};
}

type Range = readonly [number, number];

/** The first places of words (folded) in a text, `[start, end)` in units of the original, in order and apart. */
export function findRanges(folded: Folded, words: readonly string[]): Range[] {
  return mergeRanges(
    words.flatMap(word => {
      const at = word === '' ? -1 : folded.text.indexOf(word);
      return at === -1 ? [] : [originalRange(folded, at, at + word.length)];
    }),
  );
}

/** Where a part of the folded text stands in the original. */
export function originalRange({origin}: Folded, start: number, end: number): Range {
  return origin ? [origin[start] ?? 0, origin[end] ?? 0] : [start, end];
}

/** Ranges in order, those that touch made one. */
export function mergeRanges(ranges: readonly Range[]): Range[] {
  const merged: [number, number][] = [];
  for (const [start, end] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}
