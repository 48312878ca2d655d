import {chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import type {Conversation, MessageNode} from '../../src/core/conversation.ts';
import {activePath, siblings, withHead} from '../../src/core/conversation.ts';
import {LlmError} from '../../src/core/errors.ts';
import {openDatabase} from '../../src/storage/openDatabase.ts';
import {openStore, storeOver} from '../../src/storage/openStore.ts';
import {answer, emptyConversation, prompt, record} from './sampleConversation.ts';
import {temporaryFolder} from './temporaryFolder.ts';

function storageFailure(work: () => unknown): LlmError {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(LlmError);
    if (error instanceof LlmError) {
      expect(error.kind).toBe('storage');
      return error;
    }
  }
  throw new Error('it did not fail');
}

test('everything that a conversation holds comes back from a second opening', () => {
  const path = join(temporaryFolder(), 'llm.db');
  const full: MessageNode = {
    ...answer('a1', 'p1', 'Grüße 😀 \x1b[31m', 2000),
    reasoning: 'let me think',
    usage: {input: 10, output: 20, reasoning: 5, cached: 3, estimated: false},
    timing: {firstTokenMs: 12.5, totalMs: 300.25, reasoningMs: 100, tokensPerSecond: 51.2},
    cost: 0.0012,
  };
  const failed: MessageNode = {
    ...answer('a2', 'p1', 'half', 3000),
    stop: 'error',
    usage: {estimated: true, output: 1},
    timing: {totalMs: 1},
    error: {kind: 'overloaded', message: 'busy', hint: 'wait'},
  };
  const withFiles: MessageNode = {
    ...prompt('p1', null, 'look'),
    attachments: [
      {kind: 'image', name: 'a.png', mediaType: 'image/png', data: new Uint8Array([1, 2, 0, 255])},
      {kind: 'text', name: 'notes.txt', text: 'héllo'},
      {kind: 'image', name: 'same.png', mediaType: 'image/png', data: new Uint8Array([1, 2, 0, 255])},
    ],
  };
  const start: Conversation = {
    ...emptyConversation('c1'),
    title: 'A title',
    system: 'Be brief.',
    options: {temperature: 0.5, stop: ['END'], seed: 7},
    think: 'low',
  };
  const first = openStore({path});
  const written = record(first, start, withFiles, full, failed, prompt('p2', 'a2', 'and then?', 4000));
  first.close();

  const second = openStore({path});
  expect(second.load('c1')).toEqual(written);
  expect([...second.load('c1').nodes.keys()]).toEqual(['p1', 'a1', 'a2', 'p2']);
  second.close();
});

test('a NUL character takes nothing of the text with it', () => {
  const store = openStore({path: join(temporaryFolder(), 'llm.db')});
  record(store, emptyConversation('c'), prompt('p', null, 'before\0after'));
  expect(store.load('c').nodes.get('p')?.text).toBe('before␀after');
  expect(store.search('after', {limit: 5}).hits).toHaveLength(1);
  store.close();
});

test('branches, their order and the chosen path come back', () => {
  const store = openStore({path: join(temporaryFolder(), 'llm.db')});
  const conversation = record(
    store,
    emptyConversation('c'),
    prompt('p1', null, 'one'),
    answer('a1', 'p1', 'first'),
    answer('a2', 'p1', 'second'),
    prompt('p1b', null, 'one, edited'),
    answer('a3', 'p1b', 'third'),
  );
  expect(activePath(store.load('c')).map(node => node.id)).toEqual(['p1b', 'a3']);
  store.saveConversation(withHead(conversation, 'a1'));
  const loaded = store.load('c');
  expect(activePath(loaded).map(node => node.id)).toEqual(['p1', 'a1']);
  expect(siblings(loaded, 'a2').map(node => node.id)).toEqual(['a1', 'a2']);
  expect(siblings(loaded, 'p1').map(node => node.id)).toEqual(['p1', 'p1b']);
  store.close();
});

test('a prompt is on the path and names the chat even when its program died before it saved the conversation again', () => {
  const store = openStore({path: join(temporaryFolder(), 'llm.db')});
  store.saveConversation(emptyConversation('c'));
  store.addMessage('c', prompt('p', null, 'What is up?\nTell me.', 5000));
  const loaded = store.load('c');
  expect(loaded).toMatchObject({head: 'p', title: 'What is up?', updated: 5000});
  store.close();
});

test('an answer that is still being written shows what has come, and its finished form replaces it', () => {
  const store = openStore({path: join(temporaryFolder(), 'llm.db')});
  const streaming: MessageNode = {...answer('a', 'p', ''), stop: 'streaming'};
  record(store, emptyConversation('c'), prompt('p', null, 'hi'), streaming);
  const [high = '', low = ''] = '😀'.split('');
  store.appendChunk('a', {text: `smile ${high}`, reasoning: 'th'});
  store.appendChunk('a', {text: `${low} more`, reasoning: 'ought'});
  expect(store.load('c').nodes.get('a')).toMatchObject({
    text: 'smile 😀 more',
    reasoning: 'thought',
    stop: 'streaming',
  });
  expect(store.search('smile', {limit: 5}).hits).toEqual([]);
  const finished: MessageNode = {...streaming, text: 'smile 😀 more', stop: 'length'};
  store.finishMessage('c', finished);
  expect(store.load('c').nodes.get('a')).toEqual(finished);
  expect(store.search('smile', {limit: 5}).hits).toHaveLength(1);
  store.close();
  const database = openDatabase(store.path);
  expect(database.get('SELECT count(*) AS n FROM chunks')).toEqual({n: 0});
  database.close();
});

test('closing with an answer under way keeps it as interrupted', () => {
  const path = join(temporaryFolder(), 'llm.db');
  const store = openStore({path});
  record(store, emptyConversation('c'), prompt('p', null, 'hi'), {
    ...answer('a', 'p', ''),
    stop: 'streaming',
  });
  store.appendChunk('a', {text: 'par', reasoning: ''});
  store.appendChunk('a', {text: 'tial', reasoning: ''});
  store.close();
  const again = openStore({path});
  expect(again.load('c').nodes.get('a')).toMatchObject({
    text: 'partial',
    stop: 'interrupted',
    error: {kind: 'interrupted'},
  });
  expect(again.search('partial', {limit: 5}).hits).toHaveLength(1);
  again.close();
});

test('an answer of a program that still runs is left alone', () => {
  const path = join(temporaryFolder(), 'llm.db');
  const writing = openStore({path});
  const streaming: MessageNode = {...answer('a', 'p', ''), stop: 'streaming'};
  record(writing, emptyConversation('c'), prompt('p', null, 'hi'), streaming);
  writing.appendChunk('a', {text: 'so far', reasoning: ''});
  const other = openStore({path});
  expect(other.recovered).toEqual([]);
  expect(other.load('c').nodes.get('a')).toMatchObject({stop: 'streaming', text: 'so far'});
  other.close();
  writing.close();
});

test('a folder and files that others could read are made private, and the person is told', () => {
  const folder = join(temporaryFolder(), 'data');
  mkdirSync(folder);
  chmodSync(folder, 0o755);
  const path = join(folder, 'llm.db');
  writeFileSync(path, '');
  chmodSync(path, 0o644);
  const store = openStore({path});
  record(store, emptyConversation('c'), prompt('p', null, 'hi'));
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  for (const name of ['llm.db', 'llm.db-wal', 'llm.db-shm']) {
    expect([name, statSync(join(folder, name)).mode & 0o777]).toEqual([name, 0o600]);
  }
  expect(store.warnings).toHaveLength(2);
  expect(store.warnings.join('\n')).toContain(path);
  store.close();
  const again = openStore({path});
  expect(again.warnings).toEqual([]);
  again.close();
});

test("the person's home folder stays as wide as it is, and the file in it is private", () => {
  const home = join(temporaryFolder(), 'home');
  mkdirSync(home);
  chmodSync(home, 0o755);
  const store = openStore({path: join(home, 'llm.db'), home});
  expect(store.warnings).toEqual([]);
  expect(statSync(home).mode & 0o777).toBe(0o755);
  expect(statSync(store.path).mode & 0o777).toBe(0o600);
  store.close();
});

test('a new folder is private from the start', () => {
  const folder = join(temporaryFolder(), 'a', 'b');
  const store = openStore({path: join(folder, 'llm.db')});
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(store.warnings).toEqual([]);
  store.close();
});

test('a full disk is said to be one, and what was stored before is still there', () => {
  const path = join(temporaryFolder(), 'llm.db');
  openStore({path}).close();
  const database = openDatabase(path);
  const store = storeOver(database, Date.now);
  record(store, emptyConversation('c'), prompt('p', null, 'kept'));
  const pages = database.get<{page_count: number}>('PRAGMA page_count')?.page_count ?? 0;
  database.exec(`PRAGMA max_page_count = ${pages}`);
  const failure = storageFailure(() => store.addMessage('c', prompt('q', 'p', 'x'.repeat(1_000_000))));
  expect(failure.message).toBe(`${path}: the disk is full`);
  expect(failure.hint).toContain('-n');
  expect([...store.load('c').nodes.keys()]).toEqual(['p']);
  database.exec('PRAGMA max_page_count = 1000000');
  store.addMessage('c', prompt('q', 'p', 'y'.repeat(1_000_000)));
  expect(store.load('c').head).toBe('q');
  store.close();
});

test('a database of which a page is found damaged later names it', () => {
  const path = join(temporaryFolder(), 'llm.db');
  const store = openStore({path});
  for (let i = 0; i < 50; i++) {
    record(store, emptyConversation(`c${i}`), prompt(`p${i}`, null, 'z'.repeat(5000)));
  }
  const pages = openDatabase(path);
  const [root] = pages.all<{rootpage: number}>("SELECT rootpage FROM sqlite_schema WHERE name = 'messages'");
  pages.close();
  store.close();
  const bytes = readFileSync(path);
  const at = ((root?.rootpage ?? 0) - 1) * 4096;
  writeFileSync(path, bytes.fill(0xa5, at, at + 4096));
  const broken = openStore({path});
  const failure = storageFailure(() => broken.load('c1'));
  expect(failure.message).toBe(`${path}: the database is damaged`);
  expect(failure.hint).toContain('next start');
  broken.close();
});

test("another program's database is refused and not touched", () => {
  const path = join(temporaryFolder(), 'llm.db');
  const foreign = openDatabase(path);
  foreign.exec('CREATE TABLE logs (id INTEGER)');
  foreign.close();
  const before = readFileSync(path);
  expect(storageFailure(() => openStore({path})).message).toContain('another program');
  expect(readFileSync(path)).toEqual(before);
});

test('a folder in place of the file is an error that names it', () => {
  const path = join(temporaryFolder(), 'llm.db');
  mkdirSync(path, {mode: 0o700});
  expect(storageFailure(() => openStore({path})).message).toContain(path);
  expect(readdirSync(path)).toEqual([]);
});

test('a message for a conversation that is not there is refused', () => {
  const store = openStore({path: join(temporaryFolder(), 'llm.db')});
  storageFailure(() => store.addMessage('nowhere', prompt('p', null, 'hi')));
  storageFailure(() => store.appendChunk('nothing', {text: 'x', reasoning: ''}));
  store.close();
});

test('the answers since a time come from all conversations, with counts and costs and without their texts', () => {
  const store = openStore({path: join(temporaryFolder(), 'llm.db')});
  const usage = {input: 10, output: 20, estimated: false};
  const paid = {...answer('a1', 'p1', 'long text', 2000), reasoning: 'thoughts', usage, cost: 0.0012};
  record(store, emptyConversation('c1'), prompt('p1', null, 'one', 1999), paid);
  const old = answer('a2', 'p2', 'before', 1500);
  const free = {...answer('a3', 'p3', 'after', 2500), usage, cost: 0};
  record(
    store,
    emptyConversation('c2'),
    prompt('p2', null, 'two', 1400),
    old,
    prompt('p3', 'a2', 'three', 2400),
    free,
  );
  const model = 'ollama/tiny:1b';
  expect(store.answersSince(2000)).toEqual([
    {id: 'a1', role: 'assistant', model, created: 2000, usage, cost: 0.0012},
    {id: 'a3', role: 'assistant', model, created: 2500, usage, cost: 0},
  ]);
  expect(store.answersSince(2600)).toEqual([]);
  expect(store.answersSince(0).map(({id}) => id)).toEqual(['a1', 'a2', 'a3']);
  store.close();
});
