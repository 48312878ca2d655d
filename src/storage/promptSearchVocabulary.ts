import {allowedEdits, createEditDistance} from './promptSearchText.ts';

/** The different words of the prompts, as bytes (UTF-8, folded), each with a number from 1 on. */
export type Vocabulary = {
  /** The number of the word in `bytes[start, end)` with this hash; 0 for one that is too long to be a word. */
  intern(bytes: Uint8Array, start: number, end: number, hash: number): number;
  size(): number;
  /**
   * For every word by its number: which of the query's words it fits, see `wordFits`. The last of them may be the
   * beginning of a word. Yields after each.
   */
  fits(words: readonly string[]): Generator<undefined, Uint32Array>;
  /** Some word begins so. */
  hasBeginning(part: string): boolean;
};

/** The bits of a word's fit: query word `n` is contained in it, is one slip away, or is like it or its beginning, or abbreviates it. */
export const wordFits = {
  contains: (n: number): number => 1 << n,
  nearly: (n: number): number => 1 << (n + 8),
  roughly: (n: number): number => 1 << (n + 16),
} as const;

/** Longer runs of letters are keys, hashes and the like, in bytes. */
const maxLength = 40;
/** Fewer letters stand in order in too many words, in bytes. */
const shortestAbbreviation = 3;
/** Initial value of the 32-bit FNV-1a hash that `intern` wants. */
export const hashStart = 0x811c9dc5;
export const hashPrime = 0x01000193;

/** Starts an empty vocabulary. */
export function createVocabulary(): Vocabulary {
  let pool = Buffer.alloc(1 << 12);
  let used = 1;
  let count = 0;
  let starts = new Uint32Array(1 << 10);
  let hashes = new Int32Array(1 << 10);
  let letters = new Uint32Array(1 << 10);
  let slots = new Int32Array(1 << 11);
  // Words are parted by zeros in the pool, so that a search in it never runs over a border.
  starts[1] = used;

  const grow = (): void => {
    const twice = <A extends Uint32Array | Int32Array>(old: A, fresh: A): A => {
      fresh.set(old);
      return fresh;
    };
    starts = twice(starts, new Uint32Array(starts.length * 2));
    hashes = twice(hashes, new Int32Array(hashes.length * 2));
    letters = twice(letters, new Uint32Array(letters.length * 2));
    slots = new Int32Array(slots.length * 2);
    const mask = slots.length - 1;
    for (let id = 1; id <= count; id++) {
      let slot = (hashes[id] ?? 0) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = id;
    }
  };

  const lengthOf = (id: number): number => (starts[id + 1] as number) - (starts[id] as number) - 1;

  const isSame = (id: number, bytes: Uint8Array, start: number, length: number): boolean => {
    if (lengthOf(id) !== length) return false;
    const from = starts[id] ?? 0;
    for (let at = 0; at < length; at++) if (pool[from + at] !== bytes[start + at]) return false;
    return true;
  };

  const idAt = (position: number): number => {
    let low = 1;
    let high = count;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  };

  const markContaining = (fits: Uint32Array, word: string, bit: number): void => {
    const needle = Buffer.from(word);
    const filled = pool.subarray(0, used);
    for (let at = filled.indexOf(needle); at !== -1; ) {
      const id = idAt(at);
      fits[id] = (fits[id] ?? 0) | bit;
      at = filled.indexOf(needle, starts[id + 1] ?? used);
    }
  };

  const markSimilar = (fits: Uint32Array, word: string, n: number, isPrefix: boolean): void => {
    const typed = codePoints(word);
    const limit = allowedEdits(typed.length);
    if (limit === 0) return;
    const wanted = lettersOf(Buffer.from(word));
    const isAscii = word.length === Buffer.byteLength(word);
    // A letter has up to three bytes here.
    const shortest = isAscii ? typed.length - limit : 1;
    const longest = isPrefix ? maxLength : isAscii ? typed.length + limit : maxLength;
    const missing = isAscii ? limit : limit * 3;
    const contained = wordFits.contains(n);
    const distanceTo = createEditDistance(typed, limit, isPrefix);
    const wholeDistanceTo = createEditDistance(typed, 1, false);
    for (let id = 1; id <= count; id++) {
      const length = lengthOf(id);
      if (length < shortest || length > longest || bitCount(wanted & ~(letters[id] as number)) > missing)
        continue;
      if (((fits[id] as number) & contained) !== 0) continue;
      const start = starts[id] as number;
      const [source, from, to] = isAscii
        ? ([pool, start, length] as const)
        : codePointSpan(pool.toString('utf8', start, start + length));
      if (distanceTo(source, from, to) > limit) continue;
      // A word that only begins alike is likelier another one.
      const isNear = wholeDistanceTo(source, from, to) < 2;
      fits[id] = (fits[id] as number) | (isNear ? wordFits.nearly(n) : 0) | wordFits.roughly(n);
    }
  };

  /** Marks the words of which a word is an abbreviation: it begins alike, and its letters stand there in order. */
  const markAbbreviated = (fits: Uint32Array, word: string, bit: number): void => {
    const typed = Buffer.from(word);
    if (typed.length < shortestAbbreviation) return;
    const wanted = lettersOf(typed);
    for (let id = 1; id <= count; id++) {
      if ((wanted & ~(letters[id] as number)) !== 0) continue;
      let at = starts[id] as number;
      const end = at + lengthOf(id);
      if (pool[at] !== typed[0]) continue;
      let next = 0;
      for (; at < end && next < typed.length; at++) if (pool[at] === typed[next]) next++;
      if (next === typed.length) fits[id] = (fits[id] as number) | bit;
    }
  };

  return {
    intern(bytes, start, end, hash) {
      const length = end - start;
      if (length > maxLength) return 0;
      const mask = slots.length - 1;
      let slot = hash & mask;
      for (let id = slots[slot] ?? 0; id !== 0; id = slots[slot] ?? 0) {
        if (hashes[id] === hash && isSame(id, bytes, start, length)) return id;
        slot = (slot + 1) & mask;
      }
      count++;
      slots[slot] = count;
      hashes[count] = hash;
      if (used + length + 1 > pool.length) pool = Buffer.concat([pool, Buffer.alloc(pool.length)]);
      for (let at = 0; at < length; at++) pool[used + at] = bytes[start + at] ?? 0;
      letters[count] = lettersOf(pool.subarray(used, used + length));
      used += length + 1;
      const added = count;
      if (count + 2 >= starts.length) grow();
      starts[count + 1] = used;
      return added;
    },
    size: () => count,
    *fits(words) {
      const fits = new Uint32Array(count + 1);
      for (const [n, word] of words.entries()) {
        markContaining(fits, word, wordFits.contains(n) | wordFits.nearly(n) | wordFits.roughly(n));
        markSimilar(fits, word, n, n === words.length - 1);
        markAbbreviated(fits, word, wordFits.roughly(n));
        yield;
      }
      return fits;
    },
    hasBeginning: part => pool.subarray(0, used).includes(Buffer.from(`\0${part}`)),
  };
}

function codePointSpan(text: string): readonly [readonly number[], number, number] {
  const points = codePoints(text);
  return [points, 0, points.length];
}

function codePoints(text: string): number[] {
  return Array.from(text, letter => letter.codePointAt(0) ?? 0);
}

/** Which letters occur in a word, a bit each; digits and bytes beyond ASCII share the last ones. */
function lettersOf(bytes: Uint8Array): number {
  let mask = 0;
  for (const byte of bytes) mask |= 1 << (byte >= 0x61 && byte <= 0x7a ? byte - 0x61 : 26 + (byte % 6));
  return mask;
}

/** https://graphics.stanford.edu/~seander/bithacks.html#CountBitsSetParallel */
function bitCount(bits: number): number {
  let left = bits - ((bits >>> 1) & 0x55555555);
  left = (left & 0x33333333) + ((left >>> 2) & 0x33333333);
  return Math.imul((left + (left >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
