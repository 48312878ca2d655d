import {describe, expect, it} from 'vitest';
import {nearestNames} from '../../src/core/nearestNames.ts';

const names = ['history', 'help', 'model', 'models', 'quit', 'copy', 'temperature'];

describe('the nearest names', () => {
  it.each([
    ['histroy', ['history']],
    ['hist', ['history']],
    ['MODEL', ['model', 'models']],
    ['modle', ['model']],
    ['temprature', ['temperature']],
    ['exit', ['quit']],
    ['zzzzzz', []],
    ['nope', []],
    ['', []],
  ])('of %j are %j', (typed, expected) => {
    expect(nearestNames(typed, names).slice(0, Math.max(1, expected.length))).toEqual(expected);
  });

  it('are no more than asked for, the nearest first, and never the typed one itself', () => {
    expect(nearestNames('model', names)).not.toContain('model');
    expect(nearestNames('a', ['ab', 'abc', 'a1', 'a2'], 2)).toHaveLength(2);
    expect(nearestNames('cat', ['cart', 'cats', 'bat', 'hat'], 9).at(0)).toMatch(/cats|cart|bat|hat/);
  });
});
