import {describe, expect, it} from 'vitest';
import {createEditDistance, foldText, readPromptQuery} from '../../src/storage/promptSearchText.ts';
import {createVocabulary, hashPrime, hashStart, wordFits} from '../../src/storage/promptSearchVocabulary.ts';
import {pick, randoms} from '../core/randoms.ts';

const codes = (text: string): number[] => Array.from(text, letter => letter.codePointAt(0) ?? 0);

/** Optimal string alignment as the textbook has it. */
function distance(one: string, other: string): number {
  const rows = Array.from({length: one.length + 1}, (_, row) =>
    Array.from({length: other.length + 1}, (_, column) => (row === 0 ? column : column === 0 ? row : 0)),
  );
  const at = (row: number, column: number): number => rows[row]?.[column] ?? 99;
  for (let row = 1; row <= one.length; row++) {
    for (let column = 1; column <= other.length; column++) {
      const isSame = one[row - 1] === other[column - 1];
      const isSwap =
        row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      const cost = Math.min(
        at(row - 1, column) + 1,
        at(row, column - 1) + 1,
        at(row - 1, column - 1) + (isSame ? 0 : 1),
        isSwap ? at(row - 2, column - 2) + 1 : 99,
      );
      (rows[row] as number[])[column] = cost;
    }
  }
  return at(one.length, other.length);
}

describe('the distance between words', () => {
  it('is that of the textbook up to its limit, for whole words and for beginnings', () => {
    const random = randoms(5);
    const word = (): string =>
      Array.from({length: 1 + random(9)}, () => pick(random, ['a', 'b', 'c'])).join('');
    for (let round = 0; round < 3000; round++) {
      const [typed, other, limit] = [word(), word(), 1 + random(2)];
      const whole = createEditDistance(codes(typed), limit, false);
      const prefix = createEditDistance(codes(typed), limit, true);
      // The rows of one word must not show in the next.
      for (const each of [other, word(), other]) {
        const padded = codes(`xx${each}yy`);
        expect(whole(padded, 2, each.length)).toBe(Math.min(distance(typed, each), limit + 1));
        const beginnings = Array.from({length: each.length + 1}, (_, end) =>
          distance(typed, each.slice(0, end)),
        );
        expect(prefix(padded, 2, each.length)).toBe(Math.min(...beginnings, limit + 1));
      }
    }
  });
});

describe('a query', () => {
  it('is folded, and read into words that have letters', () => {
    expect(foldText('Ünïcode\tÀ la\nCARTE')).toBe('unicode a la carte');
    expect(readPromptQuery('  Foo.bar  baz-1 模型 foo ')).toEqual({
      whole: 'foo.bar baz-1 模型 foo',
      words: ['foo', 'bar', 'baz', '1'],
      unspaced: ['模型'],
    });
    expect(readPromptQuery(' -> ')).toEqual({whole: '->', words: [], unspaced: []});
  });
});

describe('the vocabulary', () => {
  const vocabularyOf = (words: readonly string[]) => {
    const vocabulary = createVocabulary();
    const ids = words.map(word => {
      const bytes = Buffer.from(word);
      const hash = bytes.reduce((sum, byte) => Math.imul(sum ^ byte, hashPrime), hashStart);
      return vocabulary.intern(bytes, 0, bytes.length, hash);
    });
    return {vocabulary, ids};
  };
  const fitsOf = (words: readonly string[], query: readonly string[]): Uint32Array => {
    const {vocabulary, ids} = vocabularyOf(words);
    const looking = vocabulary.fits(query);
    let step = looking.next();
    while (!step.done) step = looking.next();
    const fits = step.value;
    return Uint32Array.from(ids, id => fits[id] ?? 0);
  };

  it('gives a word the same number again, however many there are', () => {
    const words = Array.from({length: 20_000}, (_, index) => `word${index}`);
    const {vocabulary, ids} = vocabularyOf([...words, ...words, 'x'.repeat(50)]);
    expect(new Set(ids.slice(0, 20_000)).size).toBe(20_000);
    expect(ids.slice(20_000, 40_000)).toEqual(ids.slice(0, 20_000));
    expect(ids.at(-1)).toBe(0);
    expect(vocabulary.size()).toBe(20_000);
    expect(vocabulary.hasBeginning('word199')).toBe(true);
    expect(vocabulary.hasBeginning('ord')).toBe(false);
  });

  it('tells which words contain one, are a slip away, or two in a long word', () => {
    const fits = fitsOf(
      ['kubernetes', 'kubrenetes', 'kubrntes', 'kitten', 'mykubernetescluster'],
      ['kubernetes', 'x'],
    );
    const [contains, nearly, roughly] = [wordFits.contains(0), wordFits.nearly(0), wordFits.roughly(0)];
    expect([...fits].map(bits => [bits & contains, bits & nearly, bits & roughly].map(Boolean))).toEqual([
      [true, true, true],
      [false, true, true],
      [false, false, true],
      [false, false, false],
      [true, true, true],
    ]);
  });

  it('allows short words no slip, counts letters and not bytes, and takes the last word for a beginning', () => {
    const fitOf = (word: string, typed: readonly string[]): boolean[] => {
      const [bits = 0] = fitsOf([word], typed);
      return [wordFits.nearly(0), wordFits.roughly(0)].map(bit => (bits & bit) !== 0);
    };
    expect(fitOf('cat', ['cut'])).toEqual([false, false]);
    expect(fitOf('привет', ['превет'])).toEqual([true, true]);
    expect(fitOf('kubernetes', ['kubxe'])).toEqual([false, true]);
    expect(fitOf('kubernetes', ['kubxe', 'x'])).toEqual([false, false]);
  });

  it('takes letters in order for an abbreviation, from the first letter on', () => {
    const isAbbreviated = (word: string, typed: string): boolean =>
      ((fitsOf([word], [typed, 'x'])[0] ?? 0) & wordFits.roughly(0)) !== 0;
    expect(isAbbreviated('pasted', 'pstd')).toBe(true);
    expect(isAbbreviated('kubernetes', 'kbrnts')).toBe(true);
    expect(isAbbreviated('pasted', 'ptsd')).toBe(false);
    expect(isAbbreviated('spotted', 'pttd')).toBe(false);
    expect(isAbbreviated('pasted', 'pd')).toBe(false);
  });
});
