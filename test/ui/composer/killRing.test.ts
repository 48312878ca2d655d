import {describe, expect, it} from 'vitest';
import {emptyKillRing, type KillRing, kill, killed} from '../../../src/ui/composer/killRing.ts';

const ringOf = (...texts: string[]): KillRing =>
  texts.reduce((ring, text) => kill(ring, text, 'forward', false), emptyKillRing);

describe('the kill ring', () => {
  it('gives back the last deletion, then the ones before it, round the end', () => {
    const ring = ringOf('one', 'two', 'three');
    expect([0, 1, 2, 3].map(back => killed(ring, back))).toEqual(['three', 'two', 'one', 'three']);
    expect(killed(emptyKillRing, 0)).toBeUndefined();
  });

  it('joins deletions as they stood in the text', () => {
    expect(kill(ringOf('b'), 'c', 'forward', true).entries).toEqual(['bc']);
    expect(kill(ringOf('b'), 'a', 'backward', true).entries).toEqual(['ab']);
    expect(kill(emptyKillRing, 'a', 'backward', true).entries).toEqual(['a']);
  });

  it('keeps nothing of a deletion that deleted nothing, and not more than thirty', () => {
    const ring = ringOf('a');
    expect(kill(ring, '', 'forward', false)).toBe(ring);
    expect(ringOf(...Array.from({length: 50}, (_, index) => `${index}`)).entries).toHaveLength(30);
  });
});
