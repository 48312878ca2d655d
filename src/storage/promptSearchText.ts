const accented = /(?:[\u00c0-\u024f]|[\u0300-\u036f])+/g;
const accents = /[\u0300-\u036f]/g;
const blanks = /[\t\n\r\u2028\u2029]/g;

/** A text as it is searched: in small letters, without the accents of Latin ones, and on one line. */
export function foldText(text: string): string {
  return text
    .toLowerCase()
    .replace(accented, run => run.normalize('NFD').replace(accents, ''))
    .replace(blanks, ' ');
}

/** Scripts that put no blanks between words: what is typed of them is looked for as it stands. */
const unspaced = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ud7ff\uf900-\ufaff\u{20000}-\u{3ffff}]/u;

/** What is searched for, made ready. */
export type PromptQuery = {
  /** Folded, with single blanks. */
  readonly whole: string;
  /** Words that are compared with the words of the prompts: letters and digits only. */
  readonly words: readonly string[];
  /** Words of scripts without blanks. */
  readonly unspaced: readonly string[];
};

/** How many words of a query count: as many as fit into a byte of bits. */
const maxWords = 8;

/** Reads what a person typed into the search line. */
export function readPromptQuery(typed: string): PromptQuery {
  const whole = foldText(typed).trim().replace(/ +/g, ' ').slice(0, 200);
  const all = [...new Set(whole.match(/[\p{L}\p{N}\p{M}]+/gu) ?? [])];
  return {
    whole,
    words: all.filter(word => !unspaced.test(word)).slice(0, maxWords),
    unspaced: all.filter(word => unspaced.test(word)).slice(0, maxWords),
  };
}

/** How many slips of the hand a word of so many letters may have. */
export function allowedEdits(letters: number): 0 | 1 | 2 {
  if (letters < 4) return 0;
  return letters < 8 ? 1 : 2;
}

/** Tells how far a word is from the typed one: see `createEditDistance`. */
export type EditDistance = (word: ArrayLike<number>, start: number, length: number) => number;

/**
 * Counts the fewest insertions, deletions, replacements and swaps of neighbours (optimal string alignment) that make
 * `typed` out of `word[start, start + length)`, or out of a beginning of it with `isPrefix`; more than `limit` counts
 * as `limit + 1`. It is asked for ten thousands of words at a key, so it keeps its rows.
 */
export function createEditDistance(typed: readonly number[], limit: number, isPrefix: boolean): EditDistance {
  const size = typed.length + limit + 2;
  let [before, previous, current] = [new Uint8Array(size), new Uint8Array(size), new Uint8Array(size)];
  return (word, start, length) => {
    const width = Math.min(length, typed.length + limit);
    if (width < typed.length - limit || (!isPrefix && length > width)) return limit + 1;
    for (let column = 0; column <= width; column++) previous[column] = column;
    let bestBefore = 0;
    for (let row = 1; row <= typed.length; row++) {
      const letter = typed[row - 1];
      let best = row;
      current[0] = row;
      for (let column = 1; column <= width; column++) {
        const other = word[start + column - 1];
        let cost = previous[column - 1] as number;
        if (letter !== other) {
          cost = 1 + Math.min(cost, previous[column] as number, current[column - 1] as number);
          if (row > 1 && column > 1 && letter === word[start + column - 2] && typed[row - 2] === other) {
            cost = Math.min(cost, (before[column - 2] as number) + 1);
          }
        }
        current[column] = cost;
        if (cost < best) best = cost;
      }
      // A swap reaches back two rows, so one row above the limit is no end yet.
      if (best > limit && bestBefore > limit) return limit + 1;
      bestBefore = best;
      [before, previous, current] = [previous, current, before];
    }
    let distance = previous[width] as number;
    if (isPrefix)
      for (let column = 0; column < width; column++)
        distance = Math.min(distance, previous[column] as number);
    return Math.min(distance, limit + 1);
  };
}
