import {describe, expect, it} from 'vitest';
import {bradleyTerry} from '../../../src/core/compare/bradleyTerry.ts';
import {tally} from '../../../src/core/compare/vote.ts';

describe('the ratings of Bradley and Terry', () => {
  it('are those computed by hand for two', () => {
    // a beats b three times and loses once; each has the prior half win and half loss against a mean of strength 1.
    // By symmetry the strengths are x and 1/x, and the likelihood is greatest where
    //   3.5 = 4x²/(x²+1) + x/(x+1), that is where 3.5 (x²+1)(x+1) = 4x²(x+1) + x(x²+1): 1.5x³ + 0.5x² - 2.5x - 3.5 = 0.
    const [first, second] = bradleyTerry([
      {better: 'a', worse: 'b', count: 3},
      {better: 'b', worse: 'a', count: 1},
    ]);
    const x = 10 ** (((first?.rating ?? 0) - 1000) / 400);
    expect(1.5 * x ** 3 + 0.5 * x ** 2 - 2.5 * x - 3.5).toBeCloseTo(0, 6);
    expect(first).toMatchObject({name: 'a', wins: 3, losses: 1});
    expect((first?.rating ?? 0) + (second?.rating ?? 0)).toBeCloseTo(2000, 6);
    // The information is [[g+p, -g], [-g, g+p]] with g = 4x²/(x²+1)² and p = x/(x+1)², whose inverse has the
    // diagonal (g+p) / ((g+p)² - g²).
    const g = (4 * x ** 2) / (x ** 2 + 1) ** 2;
    const p = x / (x + 1) ** 2;
    const margin = 1.959964 * (400 / Math.LN10) * Math.sqrt((g + p) / ((g + p) ** 2 - g ** 2));
    expect((first?.high ?? 0) - (first?.rating ?? 0)).toBeCloseTo(margin, 6);
    expect((first?.rating ?? 0) - (first?.low ?? 0)).toBeCloseTo(margin, 6);
  });

  it('are equal where nobody is better, and finite where one always wins', () => {
    const even = bradleyTerry([
      {better: 'a', worse: 'b', count: 0.5},
      {better: 'b', worse: 'a', count: 0.5},
    ]);
    expect(even.map(({rating}) => Math.round(rating))).toEqual([1000, 1000]);
    const [best, worst] = bradleyTerry([{better: 'a', worse: 'b', count: 20}]);
    expect(Number.isFinite(best?.high)).toBe(true);
    expect(best?.rating).toBeGreaterThan((worst?.rating ?? 0) + 300);
    expect(bradleyTerry([])).toEqual([]);
  });

  it('put those in order who never met each other, by whom they met', () => {
    const ratings = bradleyTerry([
      {better: 'a', worse: 'b', count: 9},
      {better: 'b', worse: 'a', count: 1},
      {better: 'b', worse: 'c', count: 9},
      {better: 'c', worse: 'b', count: 1},
    ]);
    expect(ratings.map(({name}) => name)).toEqual(['a', 'b', 'c']);
  });

  it('are less certain with fewer judgements', () => {
    const widthOf = (count: number): number => {
      const [best] = bradleyTerry([
        {better: 'a', worse: 'b', count},
        {better: 'b', worse: 'a', count},
      ]);
      return (best?.high ?? 0) - (best?.low ?? 0);
    };
    expect(widthOf(5)).toBeGreaterThan(widthOf(50));
  });
});

describe('the tally of votes', () => {
  const answers = ['a', 'b', 'c'].map(name => ({
    contestant: {model: `test/${name}`},
    messageId: name,
  }));

  it('has the best of several beat each of the others, shares a tie, and draws nothing from answers that are all bad', () => {
    const {pairs, standings} = tally([
      {answers, verdict: {type: 'best', index: 1}},
      {answers: answers.slice(0, 2), verdict: {type: 'tie'}},
      {answers, verdict: {type: 'bad'}},
    ]);
    expect(pairs).toEqual([
      {better: 'test/b', worse: 'test/a', count: 1},
      {better: 'test/b', worse: 'test/c', count: 1},
      {better: 'test/a', worse: 'test/b', count: 0.5},
      {better: 'test/b', worse: 'test/a', count: 0.5},
    ]);
    expect(standings.get('test/b')).toEqual({votes: 3, wins: 1, ties: 1, bad: 1});
    expect(standings.get('test/c')).toEqual({votes: 2, wins: 0, ties: 0, bad: 1});
  });
});
