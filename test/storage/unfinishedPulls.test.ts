import {existsSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {changeUnfinishedPulls, readUnfinishedPulls} from '../../src/storage/unfinishedPulls.ts';
import {temporaryFolder} from './temporaryFolder.ts';

const one = {name: 'ollama/a', completed: 5, total: 10};

test('pulls that were cut are kept in a private file, which goes with the last of them', () => {
  const path = join(temporaryFolder(), 'data', 'pulls.json');
  expect(readUnfinishedPulls(path)).toEqual([]);
  changeUnfinishedPulls(path, known => [...known, one]);
  changeUnfinishedPulls(path, known => [...known, {name: 'local/hf:a/b', completed: 0, total: 0}]);
  expect(readUnfinishedPulls(path)).toEqual([one, {name: 'local/hf:a/b', completed: 0, total: 0}]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  changeUnfinishedPulls(path, () => []);
  expect(existsSync(path)).toBe(false);
});

test('a file that is no such list is empty, and what is wrong in one is left out', () => {
  const path = join(temporaryFolder(), 'pulls.json');
  for (const text of ['', '[]', '{"pulls":5}', 'nonsense']) {
    writeFileSync(path, text);
    expect(readUnfinishedPulls(path)).toEqual([]);
  }
  writeFileSync(path, JSON.stringify({pulls: [null, {name: 'plain'}, {...one, total: 'x', completed: -1}]}));
  expect(readUnfinishedPulls(path)).toEqual([{name: 'ollama/a', completed: 0, total: 0}]);
});

test('a list that cannot be written is told of, and leaves nothing behind', () => {
  const folder = temporaryFolder();
  const path = join(folder, 'file', 'pulls.json');
  writeFileSync(join(folder, 'file'), 'in the way');
  expect(() => changeUnfinishedPulls(path, () => [one])).toThrow(/cannot write the unfinished pulls/);
  expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('in the way');
});
