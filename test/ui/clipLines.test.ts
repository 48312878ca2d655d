import {expect, it} from 'vitest';
import {clipLines} from '../../src/ui/clipLines.ts';

const say = (count: number): string => `+${count}`;

it('keeps the last lines, and says in the first row how many it left out', () => {
  expect(clipLines(['a', 'b', 'c', 'd'], 3, say)).toEqual(['+2', 'c', 'd']);
  expect(clipLines(['a', 'b', 'c'], 2, say)).toEqual(['+2', 'c']);
});

it('leaves alone what fits', () => {
  expect(clipLines(['a', 'b'], 2, say)).toEqual(['a', 'b']);
  expect(clipLines([], 0, say)).toEqual([]);
});

it('has no row to spare for a remark where there is one row', () => {
  expect(clipLines(['a', 'b'], 1, say)).toEqual(['b']);
  expect(clipLines(['a', 'b'], 0, say)).toEqual([]);
  expect(clipLines(['a', 'b'], -3, say)).toEqual([]);
});
