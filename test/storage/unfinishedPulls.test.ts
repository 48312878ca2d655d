import {existsSync, readFileSync, statSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {ownIdentity} from '../../src/storage/processIdentity.ts';
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

test('the server of a pull and the program that pulls it are kept, as far as they are right', () => {
  const path = join(temporaryFolder(), 'pulls.json');
  const whole = {...one, server: 'Ollama at a', owner: ownIdentity()};
  changeUnfinishedPulls(path, () => [whole]);
  expect(readUnfinishedPulls(path)).toEqual([whole]);
  writeFileSync(path, JSON.stringify({pulls: [{...one, server: 5, owner: {pid: 'x'}}]}));
  expect(readUnfinishedPulls(path)).toEqual([one]);
});

test('nobody else writes between reading and writing; a lock that was left behind is no hindrance', () => {
  const path = join(temporaryFolder(), 'pulls.json');
  changeUnfinishedPulls(path, known => {
    expect(() => writeFileSync(`${path}.lock`, '', {flag: 'wx'})).toThrow(/EEXIST/);
    return [...known, one];
  });
  expect(existsSync(`${path}.lock`)).toBe(false);
  writeFileSync(`${path}.lock`, '');
  utimesSync(`${path}.lock`, new Date(0), new Date(0));
  changeUnfinishedPulls(path, known => known.map(each => ({...each, completed: 7})));
  expect(readUnfinishedPulls(path)).toEqual([{...one, completed: 7}]);
  expect(existsSync(`${path}.lock`)).toBe(false);
});

test('a list that cannot be written is told of, and leaves nothing behind', () => {
  const folder = temporaryFolder();
  const path = join(folder, 'file', 'pulls.json');
  writeFileSync(join(folder, 'file'), 'in the way');
  expect(() => changeUnfinishedPulls(path, () => [one])).toThrow(/cannot write the unfinished pulls/);
  expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('in the way');
});
