import {foldText} from './promptSearchText.ts';
import {hashPrime, hashStart, type Vocabulary} from './promptSearchVocabulary.ts';

/** A prompt with its place in the order of all: a greater one is newer. */
export type PromptRow = {seq: number; text: string};

/** Some prompts that follow one another, newest first, packed so that a million of them can be gone through. */
export type PromptSegment = {
  /** All texts, folded, a zero before and after each. */
  readonly bytes: Buffer;
  /** Where each text begins in `bytes`, and where the one after the last would. */
  readonly starts: Uint32Array;
  readonly seqs: Float64Array;
  /** 32-bit FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/) of each text. */
  readonly hashes: Int32Array;
  /** 0 for a prompt that was typed again later: it counts once, at its newest. */
  readonly alive: Uint8Array;
  /** The numbers of the words of all texts; null until they were looked up. */
  words: {readonly ids: Uint32Array; readonly starts: Uint32Array} | null;
};

/** Letters, digits and everything beyond ASCII. */
const isWordByte = Uint8Array.from({length: 256}, (_, byte) =>
  Number(byte >= 0x80 || (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x7a)),
);

/** Packs prompts, given newest first. */
export function createSegment(rows: readonly PromptRow[]): PromptSegment {
  const joined = rows.map(row => row.text.replaceAll('\0', ' ')).join('\0');
  const bytes = Buffer.from(`\0${foldText(joined)}\0`);
  const starts = new Uint32Array(rows.length + 1);
  const hashes = new Int32Array(rows.length);
  let entry = 0;
  let hash = hashStart;
  starts[0] = 1;
  for (let at = 1; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte !== 0) {
      hash = Math.imul(hash ^ byte, hashPrime);
      continue;
    }
    hashes[entry] = hash;
    hash = hashStart;
    starts[++entry] = at + 1;
  }
  const seqs = Float64Array.from(rows, row => row.seq);
  return {bytes, starts, seqs, hashes, alive: new Uint8Array(rows.length).fill(1), words: null};
}

/** Looks up the words of a segment, once. `scratch` is for what is found meanwhile, half as long as `bytes` at least. */
export function readWords(
  segment: PromptSegment,
  vocabulary: Vocabulary,
  scratch: Uint32Array,
): NonNullable<PromptSegment['words']> {
  if (segment.words) return segment.words;
  const {bytes} = segment;
  const starts = new Uint32Array(segment.starts.length);
  const ids = scratch;
  let count = 0;
  let entry = 0;
  let wordStart = -1;
  let hash = hashStart;
  for (let at = 1; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (isWordByte[byte] === 1) {
      if (wordStart === -1) wordStart = at;
      hash = Math.imul(hash ^ byte, hashPrime);
      continue;
    }
    if (wordStart !== -1) {
      const id = vocabulary.intern(bytes, wordStart, at, hash);
      if (id !== 0) ids[count++] = id;
      wordStart = -1;
      hash = hashStart;
    }
    if (byte === 0) starts[++entry] = count;
  }
  segment.words = {ids: ids.slice(0, count), starts};
  return segment.words;
}

/**
 * How well a prompt fits: it begins with the text, has it at the start of a word, contains it, has all its words, has
 * them but for one slip of the hand, or has words like them.
 */
export const promptTiers = ['prefix', 'word-start', 'substring', 'words', 'nearly', 'roughly'] as const;
export type PromptTier = (typeof promptTiers)[number];

export type PromptMatch = {seq: number; tier: PromptTier};
/** What was found so far, newest first in each tier, never more than `limit`. */
export type PromptMatches = {readonly limit: number; readonly tiers: Record<PromptTier, PromptMatch[]>};

/**
 * Adds the prompts of a segment that contain a text (folded). `canBeginWord` false says that no word of any prompt
 * begins like it.
 */
export function findText(
  segment: PromptSegment,
  needle: Buffer,
  canBeginWord: boolean,
  found: PromptMatches,
): void {
  const {bytes, starts, alive} = segment;
  const {limit, tiers} = found;
  const isFull = (tier: PromptTier): boolean => tiers[tier].length >= limit;
  const add = (entry: number, tier: PromptTier): void => {
    if (!isFull(tier)) tiers[tier].push({seq: segment.seqs[entry] ?? 0, tier});
  };
  const opensWord = isWordByte[needle[0] ?? 0] === 0;
  let entry = 0;
  for (let at = bytes.indexOf(needle, 1); at !== -1; ) {
    // What can still be found is a prefix at most: those are looked up where the prompts begin.
    if (isFull('word-start') || (isFull('substring') && !canBeginWord)) {
      if (canBeginWord) findPrefixes(segment, needle, entry, found);
      return;
    }
    while ((starts[entry + 1] ?? bytes.length) <= at) entry++;
    const next = starts[entry + 1] ?? bytes.length;
    if (alive[entry] === 1) {
      const isPrefix = at === starts[entry];
      let wordAt = at;
      while (
        !isPrefix &&
        canBeginWord &&
        !opensWord &&
        wordAt < next &&
        isWordByte[bytes[wordAt - 1] ?? 0] === 1
      ) {
        const later = bytes.indexOf(needle, wordAt + 1);
        wordAt = later === -1 ? next : later;
      }
      const isWord = opensWord || (canBeginWord && wordAt < next);
      add(entry, isPrefix ? 'prefix' : isWord ? 'word-start' : 'substring');
      if (!isPrefix && wordAt >= next) {
        // The search for a better place has gone beyond this prompt already.
        at = wordAt === next ? bytes.indexOf(needle, next) : wordAt;
        continue;
      }
    }
    at = bytes.indexOf(needle, next);
  }
}

function findPrefixes(
  segment: PromptSegment,
  needle: Buffer,
  from: number,
  {limit, tiers}: PromptMatches,
): void {
  const {bytes, starts, alive, seqs} = segment;
  const seen = tiers.prefix.at(-1)?.seq;
  for (let entry = from; entry < seqs.length && tiers.prefix.length < limit; entry++) {
    const start = starts[entry] ?? 0;
    let same = 0;
    while (same < needle.length && bytes[start + same] === needle[same]) same++;
    const seq = seqs[entry] ?? 0;
    if (same === needle.length && alive[entry] === 1 && seq !== seen)
      tiers.prefix.push({seq, tier: 'prefix'});
  }
}

/** Adds the prompts of a segment that have words like those of the query (see `Vocabulary.fits`) and all `texts`. */
export function findWords(
  segment: PromptSegment,
  words: NonNullable<PromptSegment['words']>,
  query: {fits: Uint32Array; count: number; texts: readonly Buffer[]; skip: ReadonlySet<number>},
  {limit, tiers}: PromptMatches,
): void {
  const {fits, count, texts, skip} = query;
  const all = (1 << count) - 1;
  const {ids, starts} = words;
  for (let entry = 0; entry < segment.seqs.length; entry++) {
    const end = starts[entry + 1] ?? 0;
    let bits = 0;
    for (let at = starts[entry] ?? 0; at < end; at++) bits |= fits[ids[at] as number] as number;
    if (((bits >>> 16) & all) !== all || segment.alive[entry] === 0) continue;
    // One slip in one word is likelier than any two.
    const missing = all & ~bits;
    const isNearly = (missing & (missing - 1)) === 0 && ((bits >>> 8) & all) === all;
    const tier = missing === 0 ? 'words' : isNearly ? 'nearly' : 'roughly';
    const seq = segment.seqs[entry] ?? 0;
    if (tiers[tier].length >= limit || skip.has(seq)) continue;
    const text = segment.bytes.subarray(segment.starts[entry], segment.starts[entry + 1]);
    if (texts.every(each => text.includes(each))) tiers[tier].push({seq, tier});
  }
}
