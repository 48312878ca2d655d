import {expect, it} from 'vitest';
import {shownModel} from '../../src/core/shownModel.ts';

it.each([
  ['local//tmp/models/loop.gguf', '/tmp/models/loop.gguf'],
  ['local/C:\\models\\loop.gguf', 'C:\\models\\loop.gguf'],
  ['local/guide', 'local/guide'],
  ['local/team/ours', 'local/team/ours'],
  ['ollama/qwen:3b', 'ollama/qwen:3b'],
  ['', ''],
])('shows %s as %s', (name, shown) => {
  expect(shownModel(name)).toBe(shown);
});
