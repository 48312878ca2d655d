import {describe, expect, it} from 'vitest';
import {estimateMessage, estimateTokens, imageTokens, shortTokens} from '../../src/core/tokens.ts';

describe('estimating tokens', () => {
  it.each([
    ['', 0],
    ['a', 1],
    ['two words', 2],
    ['世界', 2],
    ['안녕 ab', 3],
    ['contextWindow', 2],
    ['x'.repeat(400), 100],
  ])('counts %j as %d', (sample, tokens) => {
    expect(estimateTokens(sample)).toBe(tokens);
  });

  // The counts of the o200k and cl100k vocabularies for these texts.
  it.each([
    [
      'English',
      'All human beings are born free and equal in dignity and rights. They are endowed with reason and conscience.',
      [21, 21],
    ],
    ['code', 'for (const [index, {role}] of messages.entries()) expect(role).not.toBe(other);\n', [19, 19]],
    ['JSON', '{"id":"c1","usage":{"input":900,"output":150},"stop":"stop"}', [20, 20]],
    ['Russian', 'Все люди рождаются свободными и равными в своем достоинстве и правах.', [16, 28]],
    ['Chinese', '人人生而自由，在尊严和权利上一律平等。', [16, 24]],
    ['a rule', `${'-'.repeat(78)}\n`, [1, 2]],
    ['a wide gap', `name${' '.repeat(40)}value\n`, [4, 4]],
  ])('is not far from what vocabularies count for %s', (_name, sample, [small = 0, large = 0]) => {
    expect(estimateTokens(sample)).toBeGreaterThanOrEqual(Math.floor(small * 0.7));
    expect(estimateTokens(sample)).toBeLessThanOrEqual(Math.ceil(large * 1.6));
  });

  it('adds what is attached, an image by a fixed guess', () => {
    const data = new Uint8Array(5_000_000);
    const bare = estimateMessage({text: 'look'});
    const image = {kind: 'image', name: 'i.png', mediaType: 'image/png', data} as const;
    expect(estimateMessage({text: 'look', attachments: [image]})).toBe(bare + imageTokens);
    const file = {kind: 'text', name: 'a.txt', text: 'word '.repeat(100)} as const;
    expect(estimateMessage({text: 'look', attachments: [file]})).toBeGreaterThan(bare + 100);
  });
});

it.each([
  [0, '0'],
  [999, '999'],
  [999.6, '1.0k'],
  [8_192, '8.2k'],
  [9_960, '10k'],
  [131_072, '131k'],
  [999_600, '1.0M'],
])('writes %d tokens as %s', (count, short) => {
  expect(shortTokens(count)).toBe(short);
});
