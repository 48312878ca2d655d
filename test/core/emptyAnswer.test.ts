import {expect, it} from 'vitest';
import {isEmptyAnswer} from '../../src/core/emptyAnswer.ts';

it('only an answer that came to its end without a word is empty', () => {
  expect(isEmptyAnswer({text: ' \n', stop: 'stop'})).toBe(true);
  expect(isEmptyAnswer({text: 'x', stop: 'stop'})).toBe(false);
  for (const stop of ['aborted', 'length', 'error'] as const)
    expect(isEmptyAnswer({text: '', stop})).toBe(false);
});
