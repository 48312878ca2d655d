import {describe, expect, it} from 'vitest';
import {waitSeconds} from '../../src/core/waitSeconds.ts';

describe('waitSeconds', () => {
  it.each([
    [7_000, '7'],
    [6_001, '7'],
    [1_000, '1'],
    [997, '1'],
    [500, '0.5'],
    [499, '0.5'],
    [6, '0.1'],
  ])('says %d ms as %s', (ms, seconds) => {
    expect(waitSeconds(ms)).toBe(seconds);
  });
});
