import {appendFileSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {migrate} from '../../src/storage/migrations.ts';
import {openDatabase} from '../../src/storage/openDatabase.ts';
import {appendPrompt, parsePromptHistory} from '../../src/storage/promptHistory.ts';
import {syncPrompts} from '../../src/storage/promptIndex.ts';
import {temporaryFolder} from './temporaryFolder.ts';

function setUp() {
  const folder = temporaryFolder();
  const database = openDatabase(join(folder, 'llm.db'));
  onTestFinished(() => database.close());
  migrate(database, {now: 0});
  const path = join(folder, 'history');
  return {
    database,
    path,
    sync: (max?: number) => syncPrompts(database, path, max),
    indexed: () => database.all<{text: string}>('SELECT text FROM prompts ORDER BY seq').map(row => row.text),
    find: (words: string) =>
      database
        .all<{text: string}>(
          'SELECT p.text FROM prompt_trigrams t JOIN prompts p ON p.seq = t.rowid WHERE prompt_trigrams MATCH ?',
          words,
        )
        .map(row => row.text),
    check: () =>
      database.exec("INSERT INTO prompt_trigrams (prompt_trigrams, rank) VALUES ('integrity-check', 1)"),
  };
}

test('the index takes what was added and nothing twice', () => {
  const {path, sync, indexed, find, check} = setUp();
  expect(sync()).toEqual({added: 0, rebuilt: false, done: true});
  appendPrompt(path, 'first prompt', 1000);
  appendPrompt(path, 'zweite\nFrage 😀', 2000);
  expect(sync()).toEqual({added: 2, rebuilt: false, done: true});
  expect(sync()).toEqual({added: 0, rebuilt: false, done: true});
  appendPrompt(path, 'third', 3000);
  expect(sync()).toEqual({added: 1, rebuilt: false, done: true});
  expect(indexed()).toEqual(['first prompt', 'zweite\nFrage 😀', 'third']);
  expect(find('romp')).toEqual(['first prompt']);
  expect(find('third')).toEqual(['third']);
  check();
});

test('a file that is longer than one call takes is finished by the next ones', () => {
  const {path, sync, indexed, check} = setUp();
  for (let i = 0; i < 25; i++) appendPrompt(path, `prompt ${i}`, i);
  expect(sync(10)).toEqual({added: 10, rebuilt: false, done: false});
  expect(sync(10)).toEqual({added: 10, rebuilt: false, done: false});
  expect(sync(10)).toEqual({added: 5, rebuilt: false, done: true});
  expect(indexed()).toEqual(Array.from({length: 25}, (_, i) => `prompt ${i}`));
  check();
});

test('a file of several blocks is indexed whole', () => {
  const {path, sync, indexed, check} = setUp();
  const long = 'x y\n'.repeat(100_000);
  const prompts = Array.from({length: 30}, (_, i) => `${i} ${i % 3 === 0 ? long : ''}end`);
  for (const prompt of prompts) appendPrompt(path, prompt, 1000);
  for (let rounds = 0; !sync().done; rounds++) expect(rounds).toBeLessThan(30);
  expect(indexed()).toEqual(prompts);
  check();
});

test('an entry that is being written counts when it is whole', () => {
  const {path, sync, indexed, check} = setUp();
  appendPrompt(path, 'whole', 1000);
  appendFileSync(path, '\n# 2025-11-15 12:00:00.000000\n+one');
  sync();
  expect(indexed()).toEqual(['whole']);
  appendFileSync(path, ' line\n');
  sync();
  expect(indexed()).toEqual(['whole', 'one line']);
  appendFileSync(path, '+and another\n');
  expect(sync()).toMatchObject({added: 0, done: true});
  expect(indexed()).toEqual(['whole', 'one line\nand another']);
  check();
});

test('the index ends up the same however the file grows, torn entries among it', () => {
  const {path, sync, indexed, check} = setUp();
  const text =
    '\n# 2025-11-15 12:00:00.000000\n+öne\n\n# 2025-11-15 12:00:01.000000\n+torn\n# 2025-11-15 12:00:02.000000\n+two\n+three\n\n+no date\n\n# 2025-11-15 12:00:03.000000\n+last\n';
  for (const byte of Buffer.from(text)) {
    appendFileSync(path, Buffer.of(byte));
    expect(sync().rebuilt).toBe(false);
  }
  expect(indexed()).toEqual(parsePromptHistory(text).map(entry => entry.prompt));
  expect(indexed()).not.toContain('torn');
  check();
});

test.each([
  ['shortened', (path: string) => writeFileSync(path, '\n# 2025-11-15 12:00:00.000000\n+new\n')],
  [
    'rewritten to the same length',
    (path: string) => writeFileSync(path, readFileSync(path, 'utf8').replace('first', 'other')),
  ],
  [
    'replaced',
    (path: string) => {
      writeFileSync(`${path}.new`, `${readFileSync(path, 'utf8').replace('first', 'other')}\n+new\n`);
      renameSync(`${path}.new`, path);
    },
  ],
  ['removed', (path: string) => rmSync(path)],
])('a file that was %s is indexed anew', (_, change) => {
  const {path, sync, indexed, find, check} = setUp();
  appendPrompt(path, 'first prompt', 1000);
  appendPrompt(path, 'second prompt', 2000);
  sync();
  change(path);
  expect(sync()).toMatchObject({rebuilt: true, done: true});
  const now = (() => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return '';
    }
  })();
  expect(indexed()).toEqual(parsePromptHistory(now).map(entry => entry.prompt));
  expect(find('first')).toEqual([]);
  check();
});
