import {expect, test} from 'vitest';
import {makeSnippet, type Needle, partNeedle, wordNeedle} from '../../src/storage/searchSnippet.ts';

const shown = (text: string, ...needles: Needle[]) =>
  makeSnippet(text, needles)
    .parts.map(part => (part.hit ? `[${part.text}]` : part.text))
    .join('');

test('a short text is shown whole, on one line, with every hit marked', () => {
  expect(shown('one\n two\tone ONE', wordNeedle('one'))).toBe('[one] two [one] [ONE]');
});

test('whole words are marked, and parts of words only where they are looked for', () => {
  expect(shown('category cat', wordNeedle('cat'))).toBe('category [cat]');
  expect(shown('concat category', partNeedle('cat'))).toBe('concat [cat]egory');
  expect(shown('concat', partNeedle('cat'))).toBe('con[cat]');
});

test('a phrase is found over what the word index does not see, and accents and case do not count', () => {
  expect(shown('the borrow-\nCHECKER of', wordNeedle('borrow checker'))).toBe('the [borrow- CHECKER] of');
  expect(shown('Eine Crème brûlée', wordNeedle('BRULEE'))).toBe('Eine Crème [brûlée]');
  expect(shown('decomposed cre\u0300me here', wordNeedle('creme'))).toBe('decomposed [cre\u0300me] here');
});

test('signs have no meaning', () => {
  expect(shown('a+b (C++) [x]', wordNeedle('C++'))).toBe('a+b ([C++]) [x]');
  expect(shown('$& \\d {2} x/y', partNeedle('\\d {2}'))).toBe('$& [\\d {2}] x/y');
});

test('of a long text the part is shown where most of the words are, cut between words', () => {
  const filler = 'lorem ipsum dolor '.repeat(40);
  const text = `alpha ${filler}before alpha and beta after ${filler}`;
  const snippet = shown(text, wordNeedle('alpha'), wordNeedle('beta'));
  expect(snippet).toMatch(
    /^…(?:lorem|ipsum|dolor) .*before \[alpha\] and \[beta\] after .*(?:lorem|ipsum|dolor)…$/,
  );
  expect(snippet.length).toBeLessThan(200);
});

test('which needles were found, and how, is told', () => {
  const {found} = makeSnippet('concat', [partNeedle('con'), partNeedle('cat'), partNeedle('dog')]);
  expect(found).toEqual([0, 1, -1]);
});

test('without a hit it is the beginning', () => {
  expect(shown('  \n just text', wordNeedle('nothing'))).toBe('just text');
  expect(shown('', wordNeedle('x'))).toBe('');
});

test('characters whose folding changes their length keep the marks in place', () => {
  expect(shown('İstanbul İİ needle 😀', wordNeedle('needle'))).toBe('İstanbul İİ [needle] 😀');
  expect(shown('a 我想学法语 b', partNeedle('学法'))).toBe('a 我想[学法]语 b');
});
