import {describe, expect, it} from 'vitest';
import type {MessageNode} from '../../src/core/conversation.ts';
import {describeFigures, figureParts, formatDuration} from '../../src/core/figures.ts';

const answer = (change: Partial<MessageNode>): MessageNode => ({
  id: 'a',
  parent: 'p',
  role: 'assistant',
  text: 'x',
  created: 0,
  ...change,
});

describe('durations', () => {
  it.each([
    [7_398_000, '2 h 3 min'],
    [3_599_000, '59 min 59 s'],
    [0, '0 ms'],
    [85.4, '85 ms'],
    [999, '999 ms'],
    [999.7, '1.0 s'],
    [1000, '1.0 s'],
    [3240, '3.2 s'],
    [59_940, '59.9 s'],
    [59_960, '1 min 0 s'],
    [60_000, '1 min 0 s'],
    [125_000, '2 min 5 s'],
    [119_700, '2 min 0 s'],
    [3_600_000, '1 h 0 min'],
    [-20, '0 ms'],
  ])('writes %d ms as %s', (ms, words) => {
    expect(formatDuration(ms)).toBe(words);
  });
});

describe('the figures of an answer', () => {
  it('name a model file by its path alone', () => {
    expect(describeFigures(answer({model: 'local//tmp/tiny.gguf'}))).toBe('/tmp/tiny.gguf');
  });

  it('lists model, time to the first token, speed and tokens', () => {
    expect(
      describeFigures(
        answer({
          model: 'ollama/qwen3:4b',
          stop: 'stop',
          usage: {input: 5, output: 812, estimated: false},
          timing: {firstTokenMs: 412, totalMs: 9000, tokensPerSecond: 94.6},
        }),
      ),
    ).toBe('ollama/qwen3:4b · 412 ms to first token · 95 tok/s · 812 tokens');
  });

  it('marks what was only estimated, and shows slow speeds with a decimal', () => {
    expect(
      describeFigures(
        answer({usage: {output: 9, estimated: true}, timing: {totalMs: 4000, tokensPerSecond: 2.25}}),
      ),
    ).toBe('~2.3 tok/s · ~9 tokens');
  });

  it.each([
    ['length', 'cut: token limit reached'],
    ['aborted', 'stopped'],
    ['interrupted', 'interrupted'],
    ['content-filter', 'cut by a content filter'],
    ['error', 'failed'],
  ] as const)('says how an answer ended badly: %s', (stop, words) => {
    expect(describeFigures(answer({stop}))).toBe(words);
  });

  it.each(['length', 'aborted', 'interrupted', 'error'] as const)(
    'say what can be done when a text was cut, and only then: %s',
    stop => {
      const goOn = 'go on';
      expect(figureParts(answer({stop}), {goOn}).at(-1)).toBe(goOn);
      expect(figureParts(answer({stop, text: ''}), {goOn})).not.toContain(goOn);
      expect(figureParts(answer({stop: 'stop'}), {goOn})).toEqual([]);
    },
  );

  it('have the cost after the tokens', () => {
    const usage = {output: 812, estimated: false};
    expect(figureParts(answer({usage: {...usage, input: 9}, cost: 0.0021, stop: 'length'}))).toEqual([
      '812 tokens',
      '$0.0021',
      'cut: token limit reached',
    ]);
  });

  it('says nothing of an unknown figure', () => {
    expect(describeFigures(answer({}))).toBe('');
    expect(describeFigures(answer({model: '', usage: {output: 0, estimated: false}}))).toBe('');
  });

  it('never shows a number that is none, whatever it is given', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const shown = describeFigures(
        answer({
          model: 'm',
          usage: {output: value, estimated: false},
          timing: {firstTokenMs: value, totalMs: value, tokensPerSecond: value},
        }),
      );
      expect(shown).toBe('m');
      expect(formatDuration(value)).not.toMatch(/NaN|Infinity/);
    }
  });
});
