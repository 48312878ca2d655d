import {
  createSegment,
  findText,
  findWords,
  type PromptMatch,
  type PromptMatches,
  type PromptRow,
  type PromptSegment,
  promptTiers,
  readWords,
} from './promptSearchSegment.ts';
import {readPromptQuery} from './promptSearchText.ts';
import {createVocabulary} from './promptSearchVocabulary.ts';

/**
 * Prompts in memory, made for being searched at every key: about 1.7 bytes for a byte of text. Times measured at a
 * million prompts are in `npm run bench -- --only search`.
 */
export type PromptSearchIndex = {
  /** Adds prompts, newest first, all newer or all older than those that are in. */
  add(rows: readonly PromptRow[]): void;
  /** The different prompts. */
  size(): number;
  /** Gets some more prompts ready for `find`, which does it itself otherwise; false when all are. */
  prepare(): boolean;
  /**
   * The prompts that fit best, at most `limit`: by how well they fit, the newest first where they fit alike. Yields
   * between pieces of the work, a few ms each, so that it can be given up.
   */
  find(typed: string, limit: number): Generator<undefined, PromptMatch[]>;
};

/** How many prompts share a piece of memory: some ms of work. */
const segmentSize = 10_000;

/** Starts an empty index. */
export function createPromptSearchIndex(): PromptSearchIndex {
  const vocabulary = createVocabulary();
  /** Newest first. */
  let segments: PromptSegment[] = [];
  let unread: PromptSegment[] = [];
  let size = 0;
  const seen = createSeen();

  const addSegment = (rows: readonly PromptRow[]): void => {
    const segment = createSegment(rows);
    const isNewer = (rows[0]?.seq ?? 0) > (segments[0]?.seqs[0] ?? -1);
    segments = isNewer ? [segment, ...segments] : [...segments, segment];
    unread.push(segment);
    for (let entry = 0; entry < rows.length; entry++) if (seen.add(segment, entry)) size++;
  };

  let scratch = new Uint32Array(0);
  const read = (segment: PromptSegment): NonNullable<PromptSegment['words']> => {
    if (scratch.length < segment.bytes.length / 2) scratch = new Uint32Array(segment.bytes.length);
    return readWords(segment, vocabulary, scratch);
  };

  /** Reads all segments, one a step. */
  function* readAll(): Generator<undefined, void> {
    for (const segment of segments) {
      if (segment.words) continue;
      read(segment);
      yield;
    }
    unread = [];
  }

  return {
    add(rows) {
      // Pieces go in from the end that is nearer to what is there.
      const pieces = Array.from({length: Math.ceil(rows.length / segmentSize)}, (_, piece) =>
        rows.slice(piece * segmentSize, (piece + 1) * segmentSize),
      );
      const isNewer = (rows[0]?.seq ?? 0) > (segments[0]?.seqs[0] ?? -1);
      for (const piece of isNewer && segments.length > 0 ? pieces.reverse() : pieces) addSegment(piece);
    },
    size: () => size,
    prepare() {
      const segment = unread.shift();
      if (segment) read(segment);
      return unread.length > 0;
    },
    *find(typed, limit) {
      const query = readPromptQuery(typed);
      if (query.whole === '') return newest(segments, limit);
      const found: PromptMatches = {
        limit,
        tiers: {prefix: [], 'word-start': [], substring: [], words: [], nearly: [], roughly: []},
      };
      const searched = segments;
      const needle = Buffer.from(query.whole);
      // Only what was read is known to the vocabulary.
      const [first = ''] = /^[a-z0-9]+/.exec(query.whole) ?? [];
      const canBeginWord = first === '' || unread.length > 0 || vocabulary.hasBeginning(first);
      for (const segment of searched) {
        if (found.tiers.prefix.length >= limit) break;
        findText(segment, needle, canBeginWord, found);
        yield;
      }
      const {prefix, 'word-start': wordStart, substring} = found.tiers;
      const exact = [...prefix, ...wordStart, ...substring];
      if (exact.length < limit && wantsWords(query)) {
        yield* readAll();
        const fits = yield* vocabulary.fits(query.words);
        const texts = query.unspaced.map(word => Buffer.from(word));
        const skip = new Set(exact.map(match => match.seq));
        for (const segment of searched) {
          findWords(segment, read(segment), {fits, count: query.words.length, texts, skip}, found);
          yield;
        }
      }
      return promptTiers.flatMap(tier => found.tiers[tier]).slice(0, limit);
    },
  };
}

/** One word that is too short for a slip of the hand is only looked for as it stands. */
function wantsWords({words, unspaced}: {words: readonly string[]; unspaced: readonly string[]}): boolean {
  if (words.length + unspaced.length > 1) return true;
  return words.some(word => Array.from(word).length >= 4);
}

function newest(segments: readonly PromptSegment[], limit: number): PromptMatch[] {
  const found: PromptMatch[] = [];
  for (const {seqs, alive} of segments) {
    for (let entry = 0; entry < seqs.length; entry++) {
      if (found.length >= limit) return found;
      if (alive[entry] === 1) found.push({seq: seqs[entry] ?? 0, tier: 'prefix'});
    }
  }
  return found;
}

/** Finds prompts that are the same, and leaves the newest of them alive. */
function createSeen(): {add(segment: PromptSegment, entry: number): boolean} {
  let slots = new Int32Array(1 << 12);
  const segmentOf: PromptSegment[] = [];
  const entryOf: number[] = [];

  const place = (hash: number): number => Math.imul(hash, 0x9e3779b1) >>> 0;
  const grow = (): void => {
    slots = new Int32Array(slots.length * 2);
    for (let id = 1; id <= segmentOf.length; id++) {
      let slot = place(segmentOf[id - 1]?.hashes[entryOf[id - 1] ?? 0] ?? 0) % slots.length;
      while (slots[slot] !== 0) slot = (slot + 1) % slots.length;
      slots[slot] = id;
    }
  };
  const textOf = ({bytes, starts}: PromptSegment, entry: number): Buffer =>
    bytes.subarray(starts[entry], starts[entry + 1]);

  return {
    add(segment, entry) {
      const hash = segment.hashes[entry] ?? 0;
      let slot = place(hash) % slots.length;
      for (let id = slots[slot] ?? 0; id !== 0; id = slots[slot] ?? 0) {
        const other = segmentOf[id - 1];
        const otherEntry = entryOf[id - 1] ?? 0;
        if (other?.hashes[otherEntry] === hash && textOf(other, otherEntry).equals(textOf(segment, entry))) {
          const isNewer = (segment.seqs[entry] ?? 0) > (other.seqs[otherEntry] ?? 0);
          (isNewer ? other : segment).alive[isNewer ? otherEntry : entry] = 0;
          if (isNewer) {
            segmentOf[id - 1] = segment;
            entryOf[id - 1] = entry;
          }
          return false;
        }
        slot = (slot + 1) % slots.length;
      }
      segmentOf.push(segment);
      entryOf.push(entry);
      slots[slot] = segmentOf.length;
      if (segmentOf.length * 2 > slots.length) grow();
      return true;
    },
  };
}
