import stringWidth from 'string-width';
import {expect, it} from 'vitest';
import {createProseStream} from '../../../src/ui/transcript/proseStream.ts';

const text = `\n\n${'words of a line 世界 and\tmore '.repeat(30)}\n\n\n\nnext${'x'.repeat(200)}\nlast\n\n`;

function read(size: number, width = 30): {finished: string; longestOpen: number} {
  const stream = createProseStream(() => width);
  let finished = '';
  let longestOpen = 0;
  for (let from = 0; from < text.length; from += size) {
    finished += stream.push(text.slice(from, from + size));
    longestOpen = Math.max(longestOpen, stream.open().split('\n').length);
  }
  return {finished: finished + stream.end(), longestOpen};
}

it('wraps the same however the text is cut, without blank lines at its ends', () => {
  const {finished} = read(text.length);
  for (const line of finished.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(30);
  expect(finished.replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
  expect(finished).toMatch(/^words[\s\S]*more\n\nnext[\s\S]*x\nlast\n$/);
  for (const size of [1, 2, 7, 50]) expect(read(size).finished).toBe(finished);
});

it('keeps only the end of a long line open', () => {
  expect(read(3).longestOpen).toBeLessThan(9);
});

it('shows the open line', () => {
  const stream = createProseStream(() => 10);
  expect(stream.push('one\n\ntwo thr')).toBe('one\n');
  expect(stream.open()).toBe('\ntwo thr\n');
  expect(stream.push('ee four')).toBe('');
  expect(stream.open()).toBe('\ntwo three\nfour\n');
  expect(stream.end()).toBe('\ntwo three\nfour\n');
});
