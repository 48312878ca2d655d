import {expect, test} from 'vitest';
import {readTitle} from '../../src/commands/readTitle.ts';

test.each([
  ['Borrow checker basics', 'Borrow checker basics'],
  ['"Borrow checker basics."', 'Borrow checker basics'],
  ['**Borrow checker basics**\n\nBecause it is about that.', 'Borrow checker basics'],
  ['# Title: Borrow checker', 'Borrow checker'],
  ['**Title:** Borrow checker', 'Borrow checker'],
  ["Here's a title:\n\n1. „Über Katzen“", 'Über Katzen'],
  ['\n\n- 借用检查器\n', '借用检查器'],
  ['Why C++…', 'Why C++…'],
  ['a\u001b[2J\tb', 'a␛[2J b'],
])('%j holds the title %j', (answer, title) => {
  expect(readTitle(answer)).toBe(title);
});

test('a long line is cut', () => {
  const title = readTitle('word '.repeat(100)) ?? '';
  expect(title).toHaveLength(80);
  expect(title.endsWith('…')).toBe(true);
});

test.each(['', '\n \n', '***', '"..."', 'Title:'])('%j holds none', answer => {
  expect(readTitle(answer)).toBeUndefined();
});
