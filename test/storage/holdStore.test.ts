import {mkdirSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {DatabaseSync} from 'node:sqlite';
import {expect, onTestFinished, test, vi} from 'vitest';
import type {Journal} from '../../src/core/journal.ts';
import {type HeldStore, holdStore} from '../../src/storage/holdStore.ts';
import {openDatabase} from '../../src/storage/openDatabase.ts';
import {openStore, storeOver} from '../../src/storage/openStore.ts';
import {sessionOver} from '../core/sampleSession.ts';
import {createScriptedBackend, finish, text} from '../core/scriptedBackend.ts';
import {breakTree, storedDatabase} from './salvage/brokenStore.ts';
import {emptyConversation, prompt, record} from './sampleConversation.ts';
import {temporaryFolder} from './temporaryFolder.ts';

function held(path: string, patienceMs = 5000): HeldStore {
  const store = holdStore({path, patienceMs});
  onTestFinished(() => store.close());
  return store;
}

/** A lock such as a database browser may hold for long. */
function lockOf(path: string): {release(): void} {
  const connection = new DatabaseSync(path);
  connection.exec('BEGIN EXCLUSIVE');
  let isOpen = true;
  const release = (): void => {
    if (isOpen) connection.close();
    isOpen = false;
  };
  onTestFinished(release);
  return {release};
}

/** A session that gets as many answers as there are words. */
function talk(journal: Journal, words: readonly string[], lockedMs = 5000) {
  const backend = createScriptedBackend();
  for (const word of words) backend.enqueue(text(word), finish());
  return sessionOver(backend, {journal, lockedMs});
}

const textsIn = (path: string, id: string): string[] => {
  const store = openStore({path});
  try {
    return [...store.load(id).nodes.values()].map(node => node.text);
  } finally {
    store.close();
  }
};

test('a store that cannot be opened is opened by the first write after the cause is gone', async () => {
  const folder = join(temporaryFolder(), 'data');
  writeFileSync(folder, 'a file where the folder should be');
  const path = join(folder, 'llm.db');
  const store = held(path);
  await expect(store.open()).rejects.toThrow(path);
  expect(store.failure?.message).toContain(path);
  const session = talk(store, ['a', 'b']);
  await session.send('one');
  expect(session.snapshot().storageError?.message).toContain(path);
  rmSync(folder);
  await session.send('two');
  expect(session.snapshot().storageError).toBeNull();
  expect(store.failure).toBeUndefined();
  store.close();
  expect(textsIn(path, 'c1')).toEqual(['one', 'a', 'two', 'b']);
});

test('after a full disk the whole conversation is stored with the next prompt', async () => {
  const path = join(temporaryFolder(), 'llm.db');
  openStore({path}).close();
  const database = openDatabase(path);
  const store = storeOver(database, Date.now);
  const session = talk(store, ['a', 'b', 'c']);
  await session.send('one');
  const pages = database.get<{page_count: number}>('PRAGMA page_count')?.page_count ?? 0;
  database.exec(`PRAGMA max_page_count = ${pages}`);
  await session.send('x'.repeat(1_000_000));
  expect(session.snapshot().storageError?.message).toBe(`${path}: the disk is full`);
  expect([...store.load('c1').nodes.values()].map(node => node.text)).toEqual(['one', 'a']);
  database.exec('PRAGMA max_page_count = 1000000');
  await session.send('three');
  expect(session.snapshot().storageError).toBeNull();
  expect([...store.load('c1').nodes.values()].map(({text, stop}) => [text.slice(0, 5), stop])).toEqual([
    ['one', undefined],
    ['a', 'stop'],
    ['xxxxx', undefined],
    ['b', 'stop'],
    ['three', undefined],
    ['c', 'stop'],
  ]);
  expect(store.search('three', {limit: 5}).hits).toHaveLength(1);
  store.close();
});

test('a database that may only be read is said to be so, and the talk goes on', async () => {
  const path = join(temporaryFolder(), 'llm.db');
  openStore({path}).close();
  const database = openDatabase(path);
  const store = storeOver(database, Date.now);
  database.exec('PRAGMA query_only = ON');
  const session = talk(store, ['a']);
  expect((await session.send('one')).reply.text).toBe('a');
  expect(session.snapshot().storageError?.message).toContain('read-only');
  store.close();
});

test('a lock never holds the program up for long, and what was written meanwhile is stored when it is gone', async () => {
  const path = join(temporaryFolder(), 'llm.db');
  const store = held(path);
  await store.open();
  const session = talk(store, ['a']);
  const lock = lockOf(path);
  const turn = session.send('one');
  let beats = 0;
  const beating = setInterval(() => {
    beats++;
  }, 10);
  // The program goes on while it waits.
  await vi.waitFor(() => expect(beats).toBeGreaterThan(20), 10_000);
  clearInterval(beating);
  expect(session.snapshot().storageError).toBeNull();
  lock.release();
  await turn;
  expect(session.snapshot().storageError).toBeNull();
  store.close();
  expect(textsIn(path, 'c1')).toEqual(['one', 'a']);
});

test('a lock that stays is a failure that is told, and all is stored once it is gone', async () => {
  const path = join(temporaryFolder(), 'llm.db');
  const store = held(path);
  await store.open();
  const session = talk(store, ['a', 'b'], 200);
  const lock = lockOf(path);
  expect((await session.send('one')).reply.text).toBe('a');
  expect(session.snapshot().storageError?.message).toContain('locked by another program');
  lock.release();
  await session.send('two');
  expect(session.snapshot().storageError).toBeNull();
  store.close();
  expect(textsIn(path, 'c1')).toEqual(['one', 'a', 'two', 'b']);
});

test('a lock at the start is waited for, and told when it stays', async () => {
  const path = join(temporaryFolder(), 'llm.db');
  // Another program's way: the file is locked as a whole, and is not yet in write-ahead mode.
  const other = new DatabaseSync(path);
  other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  const store = held(path, 300);
  await expect(store.open()).rejects.toMatchObject({
    kind: 'storage',
    message: expect.stringContaining('locked'),
  });
  const opening = store.open();
  other.close();
  await opening;
  expect(store.failure).toBeUndefined();
});

test('damage that a write meets ends the storing, and the next start has what was there', async () => {
  const path = storedDatabase(3, 4);
  breakTree(path, 'conversations');
  const store = held(path);
  await store.open();
  store.hold();
  const session = talk(store, ['a', 'b']);
  await session.send('one');
  const {storageError} = session.snapshot();
  expect(storageError).toMatchObject({message: `${path}: the database is damaged`});
  expect(storageError?.hint).toContain('next start');
  await session.send('two');
  expect(session.snapshot().storageError).toBe(storageError);

  const next = openStore({path});
  expect(next.warnings[0]).toContain('3 conversations with 24 messages');
  expect(next.load('c1').nodes.size).toBe(8);
  next.close();
});

test('what another program salvaged meanwhile is gone on with', async () => {
  const path = storedDatabase(3, 4);
  breakTree(path, 'conversations');
  const store = held(path);
  await store.open();
  store.hold();
  const session = talk(store, ['a', 'b']);
  await session.send('one');
  expect(session.snapshot().storageError).not.toBeNull();
  openStore({path}).close();
  await session.send('two');
  expect(session.snapshot().storageError).toBeNull();
  store.close();
  expect(textsIn(path, 'c1').slice(-2)).toEqual(['two', 'b']);
  expect(textsIn(path, 'c2')).toHaveLength(8);
});

test('damage that the first read meets is mended at once, and told', async () => {
  const path = storedDatabase(12, 10);
  breakTree(path, 'messages');
  const store = held(path);
  await store.open();
  expect(store.warnings).toEqual([]);
  expect(store.list({limit: 50})).toHaveLength(12);
  expect(store.warnings).toEqual([expect.stringContaining('12 conversations with 240 messages')]);
});

test('damage that a read meets in a talk is left to the next start', async () => {
  const path = storedDatabase(12, 10);
  breakTree(path, 'messages');
  const store = held(path);
  await store.open();
  store.hold();
  expect(() => store.list({limit: 50})).toThrow('the database is damaged');
  store.close();
  const next = openStore({path});
  expect(next.list({limit: 50})).toHaveLength(12);
  next.close();
});

test('a database that is moved away in the middle of a talk is begun anew with all of the talk', async () => {
  const path = join(temporaryFolder(), 'llm.db');
  const store = held(path);
  await store.open();
  const session = talk(store, ['a', 'b', 'c']);
  await session.send('one');
  mkdirSync(join(dirname(path), 'away'));
  renameSync(path, join(dirname(path), 'away', 'llm.db'));
  await session.send('two');
  await session.send('three');
  expect(session.snapshot().storageError).toBeNull();
  store.close();
  expect(textsIn(path, 'c1')).toEqual(['one', 'a', 'two', 'b', 'three', 'c']);
});

test('a message for a conversation that is not there is refused without harm to what follows', () => {
  const store = held(join(temporaryFolder(), 'llm.db'));
  expect(() => store.addMessage('nowhere', prompt('p', null, 'hi'))).toThrow();
  record(store, emptyConversation('c'), prompt('p', null, 'hi'));
  expect(store.load('c').nodes.size).toBe(1);
});
