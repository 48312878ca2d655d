import {appendFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {appendPrompt, parsePromptHistory} from '../../src/storage/promptHistory.ts';
import {createPromptSource} from '../../src/storage/promptSearchSource.ts';
import {pick, randoms} from '../core/randoms.ts';
import {temporaryFolder} from './temporaryFolder.ts';

function readAll(source: ReturnType<typeof createPromptSource>) {
  const found = [];
  for (let piece = source.older(); piece !== null; piece = source.older()) found.push(...piece);
  return found;
}

describe('reading a history file from its end', () => {
  it('gives every whole entry once, whatever the size of the pieces', () => {
    const random = randoms(11);
    const lines = [
      '+one line',
      '+',
      '+世界 😀',
      '# 2025-11-15 12:00:00.000000',
      '',
      'noise',
      '+another\n+of two',
      '+# no date',
    ];
    for (let round = 0; round < 150; round++) {
      const file = join(temporaryFolder(), 'history');
      const text =
        Array.from({length: random(60)}, () => pick(random, lines)).join('\n') + (random(2) ? '\n' : '');
      writeFileSync(file, text);
      const expected = parsePromptHistory(text);
      for (const length of [1, 7, 40, 300, 100_000]) {
        const source = createPromptSource(file, length);
        const found = readAll(source);
        expect(found.map(({prompt, date}) => ({prompt, date})).reverse()).toEqual(expected);
        expect(source.read(found.map(({start}) => start)).map(({prompt}) => prompt)).toEqual(
          found.map(({prompt}) => prompt),
        );
      }
    }
  });

  it('gives what is added since, also what was only half written before', () => {
    const file = join(temporaryFolder(), 'history');
    appendPrompt(file, 'one', 1000);
    appendFileSync(file, '\n# 2025-11-15 12:00:00.000000\n+tw');
    const source = createPromptSource(file, 64);
    expect(readAll(source).map(({prompt}) => prompt)).toEqual(['one']);
    expect(source.newer()).toEqual([]);
    appendFileSync(file, 'o\n');
    appendPrompt(file, 'three', 3000);
    expect(source.newer()).toMatchObject([{prompt: 'three', date: 3000}, {prompt: 'two'}]);
    expect(source.newer()).toEqual([]);
  });

  it('sees that the file has come into being, or is another one', () => {
    const file = join(temporaryFolder(), 'history');
    const source = createPromptSource(file, 64);
    expect(source.older()).toBeNull();
    expect(source.newer()).toEqual([]);
    appendPrompt(file, 'one', 1000);
    expect(source.newer()).toBe('replaced');
    const next = createPromptSource(file, 64);
    readAll(next);
    writeFileSync(file, '\n# 2025-11-15 12:00:00.000000\n+something else that is longer\n');
    expect(next.newer()).toBe('replaced');
  });
});
