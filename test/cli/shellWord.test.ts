import {expect, it} from 'vitest';
import {shellWord} from '../../src/cli/shellWord.ts';

it.each([
  ['ollama/qwen2.5:3b', 'ollama/qwen2.5:3b'],
  ['a;temperature=0', "'a;temperature=0'"],
  ["it's here", "'it'\\''s here'"],
  ['$HOME', "'$HOME'"],
  ['', "''"],
])('gives %j to a shell as %s', (word, typed) => {
  expect(shellWord(word)).toBe(typed);
});
