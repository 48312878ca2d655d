import {describe, expect, it} from 'vitest';
import {billedTokens, formatCost} from '../../src/core/pricing.ts';
import {sumCosts} from '../../src/core/sumCosts.ts';

describe('the tokens that are billed', () => {
  it.each([
    [
      {input: 100, output: 5, estimated: false},
      {input: 100, output: 5, cached: 0, estimated: false},
    ],
    [
      {input: 100, cached: 40, output: 5, estimated: false},
      {input: 100, output: 5, cached: 40, estimated: false},
    ],
    [
      {input: 10, cached: 90, output: 5, estimated: false},
      {input: 100, output: 5, cached: 90, estimated: false},
    ],
    [
      {sent: 70, output: 5, estimated: false},
      {input: 70, output: 5, cached: 0, estimated: true},
    ],
    [
      {input: 100, sent: 70, output: 5, estimated: true},
      {input: 100, output: 5, cached: 0, estimated: true},
    ],
  ])('of %j are %j', (usage, billed) => {
    expect(billedTokens(usage)).toEqual(billed);
  });

  it('are not known where one side is not', () => {
    expect(billedTokens(undefined)).toBeUndefined();
    expect(billedTokens({output: 5, estimated: false})).toBeUndefined();
    expect(billedTokens({input: 5, estimated: false})).toBeUndefined();
  });
});

describe('a sum of money', () => {
  it.each([
    [0, '$0'],
    [0.000_001, '<$0.00001'],
    [0.000_435, '$0.00044'],
    [0.0012, '$0.0012'],
    [0.0126, '$0.013'],
    [0.5, '$0.50'],
    [3.4, '$3.40'],
    [1234.567, '$1234.57'],
    [Number.NaN, '?'],
  ])('of %d is shown as %s', (dollars, words) => {
    expect(formatCost(dollars)).toBe(words);
  });
});

describe('the sum of costs', () => {
  const usage = {input: 1, output: 1, estimated: false};

  it('leaves out what is not known, and counts it', () => {
    const sum = sumCosts([
      {role: 'user'},
      {role: 'assistant', usage, cost: 0.5},
      {role: 'assistant', usage, cost: 0.25},
      {role: 'assistant', usage},
    ]);
    expect(sum).toEqual({dollars: 0.75, unpriced: 1, estimated: false});
  });

  it('is estimated when a count in it is, but not for what is free', () => {
    const guessed = {...usage, estimated: true};
    expect(sumCosts([{role: 'assistant', usage: guessed, cost: 0}]).estimated).toBe(false);
    expect(sumCosts([{role: 'assistant', usage: guessed, cost: 0.1}]).estimated).toBe(true);
  });
});
