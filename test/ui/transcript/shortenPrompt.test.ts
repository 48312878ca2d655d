import stringWidth from 'string-width';
import {expect, it} from 'vitest';
import {cutToWidth} from '../../../src/ui/transcript/cutToWidth.ts';
import {shortenPrompt} from '../../../src/ui/transcript/shortenPrompt.ts';

const lines = (count: number): string[] => Array.from({length: count}, (_, index) => `line ${index}`);

it('leaves a prompt of up to twelve rows as it is', () => {
  for (const text of ['', 'one line', lines(12).join('\n'), 'x'.repeat(480)])
    expect(shortenPrompt(text, 40)).toEqual({start: text});
});

it('keeps the beginning and the end of a longer one, and says how much is left out', () => {
  expect(shortenPrompt(lines(87).join('\n'), 40)).toEqual({
    start: lines(6).join('\n'),
    leftOut: '78 more lines',
    end: 'line 84\nline 85\nline 86',
  });
});

it('counts rows, not lines', () => {
  const text = ['a'.repeat(150), 'b'.repeat(150), 'c'.repeat(150), 'the question'].join('\n');
  expect(shortenPrompt(text, 40)).toEqual({
    start: 'a'.repeat(150),
    leftOut: '2 more lines',
    end: 'the question',
  });
});

it('cuts a line that is long by itself', () => {
  const {start, leftOut, end} = shortenPrompt(`${'世'.repeat(5000)}`, 40);
  expect(stringWidth(start)).toBeLessThanOrEqual(6 * 40);
  expect(start).toMatch(/^世{50,}…$/);
  expect([leftOut, end]).toEqual(['the rest of the line', undefined]);
});

it('never cuts a character', () => {
  const family = '👩‍👩‍👧';
  expect(cutToWidth(family.repeat(3), 5)).toBe(`${family.repeat(2)}…`);
  expect(cutToWidth('abc', 3)).toBe('abc');
  expect(cutToWidth('abcd', 3)).toBe('ab…');
  expect(cutToWidth('abcd', 0)).toBe('');
});
