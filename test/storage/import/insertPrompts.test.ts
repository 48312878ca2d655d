import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, it} from 'vitest';
import {insertPrompts} from '../../../src/storage/import/insertPrompts.ts';
import {appendPrompts, parsePromptHistory} from '../../../src/storage/promptHistory.ts';
import {temporaryFolder} from '../temporaryFolder.ts';

const at = (day: number): number => new Date(2025, 10, 1).getTime() + (day - 1) * 24 * 60 * 60 * 1000;
const typed = (prompt: string, day: number) => ({prompt, date: at(day)});
const promptsIn = (path: string): string[] =>
  parsePromptHistory(readFileSync(path, 'utf8')).map(({prompt}) => prompt);

it('puts old prompts before newer ones, and what is newest at the end', () => {
  const path = join(temporaryFolder(), 'history');
  appendPrompts(path, [typed('three', 3), typed('five\nlines', 5)]);
  insertPrompts(path, [typed('six', 6), typed('one', 1), typed('four', 4), typed('two', 2)]);
  expect(promptsIn(path)).toEqual(['one', 'two', 'three', 'four', 'five\nlines', 'six']);
});

it('leaves what is there as it is, entries without a time too', () => {
  const path = join(temporaryFolder(), 'history');
  const before =
    '+no time\n\n# 2025-11-03 00:00:00.000000\n+three\n\n+after three\n\n# 2025-11-02 00:00:00.000000\n+two\n';
  writeFileSync(path, before, {mode: 0o600});
  insertPrompts(path, [typed('one', 1), typed('four', 4)]);
  expect(promptsIn(path)).toEqual(['no time', 'one', 'three', 'after three', 'two', 'four']);
});

it('makes the file where there is none', () => {
  const path = join(temporaryFolder(), 'history');
  insertPrompts(path, [typed('two', 2), typed('one', 1)]);
  expect(promptsIn(path)).toEqual(['one', 'two']);
});

it('loses none where entries stand close together, and makes no torn one whole', () => {
  const path = join(temporaryFolder(), 'history');
  const entry = (day: number, line: string) => `# 2025-11-0${day} 00:00:00.000000\n+${line}\n`;
  writeFileSync(path, `${entry(3, 'three')}\n${entry(4, 'torn')}${entry(5, 'five')}\n${entry(7, 'seven')}`);
  expect(promptsIn(path)).toEqual(['three', 'five', 'seven']);
  insertPrompts(path, [typed('one', 1), typed('four', 4.5), typed('six', 6)]);
  expect(promptsIn(path)).toEqual(['one', 'three', 'five', 'four', 'six', 'seven']);
});
