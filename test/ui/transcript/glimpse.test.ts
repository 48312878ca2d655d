import {expect, it} from 'vitest';
import {createGlimpse} from '../../../src/ui/transcript/glimpse.ts';

it('is the sentence or line that the text is at, once that says something', () => {
  const at = (text: string): string => createGlimpse()(text, 0);
  expect(at('')).toBe('');
  expect(at('A start')).toBe('A start');
  expect(at('This is the first sentence of all. And')).toBe('This is the first sentence of all.');
  expect(at('First. And this is the second one\n')).toBe('And this is the second one');
  expect(at(`${'long '.repeat(5000)}.\nThe line\u001b[2J at the very end of it`)).toBe(
    'The line␛[2J at the very end of it',
  );
});

it('changes at most twice a second, and is empty at once when there is nothing', () => {
  const glimpse = createGlimpse();
  expect(glimpse('The first of the sentences.', 0)).toBe('The first of the sentences.');
  expect(glimpse('The second of the sentences.', 499)).toBe('The first of the sentences.');
  expect(glimpse('The third of the sentences.', 501)).toBe('The third of the sentences.');
  expect(glimpse('The fourth of the sentences.', 600)).toBe('The third of the sentences.');
  expect(glimpse('', 601)).toBe('');
});
