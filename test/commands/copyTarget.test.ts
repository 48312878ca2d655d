import {expect, it} from 'vitest';
import {copyTarget} from '../../src/commands/copyTarget.ts';

const models = [{id: 'mine:latest'}, {id: 'qwen2.5:3b'}, {id: 'hf.co/a/b'}];

it.each([
  ['new', {name: 'new'}],
  ['ollama/new', {name: 'new'}],
  ['mine', {name: 'mine', taken: 'mine:latest'}],
  ['ollama/mine:latest', {name: 'mine:latest', taken: 'mine:latest'}],
  ['Qwen2.5:3B', {name: 'Qwen2.5:3B', taken: 'qwen2.5:3b'}],
  ['library/qwen2.5:3b', {name: 'library/qwen2.5:3b', taken: 'qwen2.5:3b'}],
  ['qwen2.5', {name: 'qwen2.5'}],
  ['hf.co/a/b:latest', {name: 'hf.co/a/b:latest', taken: 'hf.co/a/b'}],
])('knows which model a copy called %s would replace', (typed, target) => {
  expect(copyTarget(typed, 'ollama', models)).toEqual(target);
});
