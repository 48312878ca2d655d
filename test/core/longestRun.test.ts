import {expect, it} from 'vitest';
import {longestRun} from '../../src/core/longestRun.ts';

it('is the length of the longest row of backticks, however many there are', () => {
  expect(longestRun('')).toBe(0);
  expect(longestRun('a ` b ```` c ``')).toBe(4);
  expect(longestRun('` '.repeat(500_000))).toBe(1);
});
