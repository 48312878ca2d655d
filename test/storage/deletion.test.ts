import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import type {Conversation, MessageNode} from '../../src/core/conversation.ts';
import {LlmError} from '../../src/core/errors.ts';
import {openDatabase} from '../../src/storage/openDatabase.ts';
import {openStore, type Store} from '../../src/storage/openStore.ts';
import {answer, emptyConversation, prompt, record} from './sampleConversation.ts';
import {temporaryFolder} from './temporaryFolder.ts';

/** In every text of the conversation that is deleted, and nowhere else. */
const canary = 'quetzalcanary';

const image = (text: string): Uint8Array => new TextEncoder().encode(`\u0089PNG ${text}`);

/** A conversation with the word in everything that a person or a model writes. */
function secret(store: Store, id: string): Conversation {
  const start = {
    ...emptyConversation(id),
    title: `About ${canary}`,
    system: `Be a ${canary}.`,
    options: {stop: [`${canary} stop`]},
    shortened: {from: `${id}-p`, summary: `they talked of ${canary}`},
  } as Conversation;
  const attachments: MessageNode['attachments'] = [
    {kind: 'image', name: `${canary}.png`, mediaType: 'image/png', data: image(canary)},
    {kind: 'text', name: 'notes.txt', text: `${canary} notes `.repeat(2000)},
    {kind: 'text', name: 'shared.txt', text: 'shared by two'},
  ];
  const streaming = {...answer(`${id}-a`, `${id}-p`, ''), stop: 'streaming' as const};
  let conversation = record(
    store,
    start,
    {...prompt(`${id}-p`, null, `what is a ${canary}?`), attachments},
    streaming,
  );
  for (let piece = 0; piece < 50; piece++) {
    store.appendChunk(streaming.id, {text: `${canary} ${piece} `, reasoning: `hm ${canary} `});
  }
  const text = `${canary} `.repeat(400);
  store.finishMessage(id, {...streaming, text, reasoning: `hm ${canary} `.repeat(50), stop: 'stop'});
  const failed: MessageNode = {
    ...answer(`${id}-f`, `${id}-p`, `half a ${canary}`),
    stop: 'error',
    error: {kind: 'overloaded', message: `${canary} was too much`, hint: `less ${canary}`},
  };
  conversation = record(store, conversation, failed);
  store.rename(id, `The ${canary} renamed`);
  return conversation;
}

/** Other conversations around it, so that it shares pages and words with them. */
function others(store: Store, from: number, count: number): void {
  for (let number = from; number < from + count; number++) {
    const id = `other${number}`;
    const words = `question ${number} about quetzals `.repeat(1 + (number % 40));
    const files: MessageNode['attachments'] = [{kind: 'text', name: 'shared.txt', text: 'shared by two'}];
    record(
      store,
      emptyConversation(id),
      {...prompt(`${id}-p`, null, words), ...(number === 0 && {attachments: files})},
      answer(`${id}-a`, `${id}-p`, `answer ${words}`),
    );
  }
}

function prepared() {
  const folder = temporaryFolder();
  const path = join(folder, 'llm.db');
  const store = openStore({path});
  others(store, 0, 40);
  secret(store, 'secret');
  others(store, 40, 40);
  /** The files that hold the word. */
  const holders = (): string[] =>
    readdirSync(folder).filter(name => readFileSync(join(folder, name)).includes(canary));
  return {folder, path, store, holders};
}

/** Everything that a person could see it by. */
function sightings(store: Store): string[] {
  const found = [
    store.list({limit: 1000}).some(row => row.id === 'secret') && 'list',
    store.list({limit: 1000, query: canary}).length > 0 && 'list with words',
    store.list({limit: 1000, archived: true}).length > 0 && 'archive',
    store.search(canary, {limit: 10}).hits.length > 0 && 'search',
    store.latest() === 'secret' && 'latest',
    isFound(() => store.find('secr')) && 'find',
    isFound(() => store.load('secret')) && 'load',
  ];
  return found.filter(each => typeof each === 'string');
}

function isFound(look: () => unknown): boolean {
  try {
    look();
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(LlmError);
    return false;
  }
}

test('what is deleted is found by nothing, and comes back as it was', () => {
  const {store} = prepared();
  store.saveConversation({...store.load('secret'), updated: 9000});
  const before = store.load('secret');
  expect(sightings(store)).toEqual(['list', 'list with words', 'search', 'latest', 'find', 'load']);
  store.delete('secret');
  expect(sightings(store)).toEqual([]);
  expect(() => store.delete('secret')).toThrow('no conversation secret');
  expect(() => store.rename('secret', 'x')).toThrow('no conversation secret');
  expect(store.restore('secret')).toBe(true);
  expect(store.load('secret')).toEqual(before);
  expect(sightings(store)).toHaveLength(6);
  expect(store.restore('secret')).toBe(false);
  store.close();
});

test('closing the store leaves nothing of it in any file, and everything of the others', () => {
  const {path, store, holders} = prepared();
  store.delete('secret');
  expect(holders()).not.toEqual([]);
  store.close();
  expect(holders()).toEqual([]);

  const after = openStore({path});
  expect(sightings(after)).toEqual([]);
  expect(after.list({limit: 1000})).toHaveLength(80);
  expect(after.load('other0').nodes.get('other0-p')?.attachments).toHaveLength(1);
  expect(after.search('quetzals', {limit: 500}).hits).toHaveLength(160);
  after.close();
  const database = openDatabase(path);
  expect(database.get('SELECT count(*) AS count FROM contents')).toEqual({count: 1});
  expect(database.get('SELECT count(*) AS count FROM wipe_due')).toEqual({count: 0});
  expect(database.get('SELECT count(*) AS count FROM writers')).toEqual({count: 0});
  expect(database.all('PRAGMA integrity_check')).toEqual([{integrity_check: 'ok'}]);
  database.close();
});

test('so does removing it without a way back, also of many messages at once', () => {
  const {store, holders} = prepared();
  let conversation = store.load('secret');
  for (let number = 0; number < 60; number++) {
    conversation = record(
      store,
      conversation,
      prompt(`more${number}`, conversation.head, `${canary} ${number}`),
    );
  }
  store.discard(['secret']);
  expect(store.wipe()).toBe(true);
  expect(holders()).toEqual([]);
  store.close();
});

test('a second program that has the database open keeps nothing of it on disk', () => {
  const {path, store, holders} = prepared();
  const other = openStore({path});
  other.load('secret');
  store.delete('secret');
  store.close();
  expect(holders()).toEqual([]);
  expect(sightings(other)).toEqual([]);
  other.close();
});

test('where a second program is reading, it is wiped when that one ends', () => {
  const {path, store, holders} = prepared();
  const other = openDatabase(path);
  other.exec('BEGIN');
  other.get('SELECT count(*) FROM messages');
  store.delete('secret');
  store.close();
  expect(holders()).not.toEqual([]);
  other.exec('COMMIT');
  openStore({path}).close();
  expect(holders()).toEqual([]);
  other.close();
});

test('a program that died after deleting has it removed by the next start, not by one beside it', async () => {
  const {path, store, holders} = prepared();
  store.close();
  const child = spawn(process.execPath, [join(import.meta.dirname, 'deletingProgram.ts'), path, 'secret'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');

  const beside = openStore({path});
  expect(sightings(beside)).toEqual([]);
  expect(beside.restore('secret')).toBe(false);
  beside.close();
  expect(holders()).not.toEqual([]);

  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
  const next = openStore({path});
  expect(holders()).toEqual([]);
  next.close();
});

test('a conversation in which another program is answering is not deleted', () => {
  const {path, store} = prepared();
  const other = openStore({path});
  const streaming = {...answer('late', 'secret-p', ''), stop: 'streaming' as const};
  record(other, other.load('secret'), streaming);
  expect(() => store.delete('secret')).toThrow('another llm is writing an answer');
  expect(() => store.discard(['other0', 'secret'])).toThrow('another llm is writing an answer');
  expect(store.load('other0').title).toContain('question 0');
  other.finishMessage('secret', {...streaming, stop: 'stop'});
  store.delete('secret');
  // Who had it open is told, and begins it anew neither before nor after it is removed.
  const again = () =>
    record(other, {...emptyConversation('secret'), title: 'kept'}, prompt('x', null, 'more'));
  expect(again).toThrow('another llm has deleted it');
  store.close();
  expect(again).toThrow('another llm has deleted it');
  expect(() => other.addConversation(emptyConversation('secret'))).toThrow('another llm has deleted it');
  expect(sightings(other)).toEqual([]);
  other.close();
});

test('a title that another program gave stays until this one gives its own', () => {
  const {path, store} = prepared();
  const other = openStore({path});
  const conversation = store.load('other1');
  other.rename('other1', 'Renamed elsewhere');
  store.saveConversation({...conversation, think: 'low'});
  expect(store.load('other1')).toMatchObject({title: 'Renamed elsewhere', think: 'low'});
  store.saveConversation({...conversation, title: 'Mine'});
  expect(store.load('other1').title).toBe('Mine');
  expect(() => store.rename('none', 'x')).toThrow('no conversation none');
  store.close();
  other.close();
});

test('what is archived leaves the list alone, until something is said in it', () => {
  const {store} = prepared();
  store.archive('secret', true);
  expect(sightings(store)).toEqual(['archive', 'search', 'find', 'load']);
  expect(store.list({limit: 5, archived: true})[0]).toMatchObject({
    id: 'secret',
    archived: expect.any(Number),
  });
  expect(store.search(canary, {limit: 1}).hits[0]).toMatchObject({archived: expect.any(Number)});
  store.archive('secret', false);
  expect(sightings(store)).not.toContain('archive');
  expect(store.search(canary, {limit: 1}).hits[0]).not.toHaveProperty('archived');
  store.archive('secret', true);
  record(store, store.load('secret'), prompt('x', 'secret-a', 'go on'));
  expect(sightings(store)).not.toContain('archive');
  expect(() => store.archive('none', true)).toThrow('no conversation none');
  store.close();
});

test('the ones unchanged for long are told, but those of the archive', () => {
  const {store} = prepared();
  store.archive('other2', true);
  store.saveConversation({...store.load('other1'), updated: 5000});
  const old = store.unchangedSince(2000);
  expect(old).toContain('other0');
  expect(old).not.toContain('other1');
  expect(old).not.toContain('other2');
  store.close();
});

test('a copy holds everything but what is deleted, in one private file, and replaces none', () => {
  const {folder, store} = prepared();
  const copy = join(folder, 'copy.db');
  store.delete('secret');
  store.copyTo(copy);
  expect(readdirSync(folder).filter(name => name.startsWith('copy'))).toEqual(['copy.db']);
  expect(readFileSync(copy).includes(canary)).toBe(false);
  expect(() => store.copyTo(copy)).toThrow('exists already');
  expect(() => store.copyTo(join(folder, 'none', 'copy.db'))).toThrow('none');
  const opened = openStore({path: copy});
  expect(opened.list({limit: 1000})).toHaveLength(80);
  opened.close();
  store.restore('secret');
  store.close();
});

test('no copy of a row stays where its page was laid out anew', () => {
  const path = join(temporaryFolder(), 'llm.db');
  const store = openStore({path});
  const word = (number: number): string => `${canary}${number}q `;
  // Chosen so that SQLite leaves copies of two: answers of several chats grow on pages that they share.
  let seed = 11;
  const random = (below: number): number => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed % below;
  };
  const open: {number: number; node: MessageNode}[] = [];
  const finish = ({number, node}: (typeof open)[number]): void =>
    store.finishMessage(`c${number}`, {...node, text: word(number).repeat(1 + random(300)), stop: 'stop'});
  for (let number = 0; number < 120; number++) {
    let conversation = emptyConversation(`c${number}`);
    for (const turn of [0, 1]) {
      const asked = prompt(`${number}-${turn}p`, conversation.head, word(number).repeat(1 + random(40)));
      const node: MessageNode = {...answer(`${number}-${turn}a`, asked.id, ''), stop: 'streaming'};
      conversation = record(store, conversation, asked, node);
      open.push({number, node});
      if (open.length > 6) open.splice(random(open.length), 1).forEach(finish);
    }
  }
  open.forEach(finish);
  const gone = Array.from({length: 120}, (_, number) => number).filter(() => random(3) === 0);
  store.discard(gone.map(number => `c${number}`));
  store.wipe();
  const bytes = readFileSync(path);
  expect(gone.length).toBeGreaterThan(20);
  expect(gone.filter(number => bytes.includes(word(number).trim()))).toEqual([]);
  store.close();
});

test('no word stays in the search index as the border between two pages, time after time', () => {
  const path = join(temporaryFolder(), 'llm.db');
  const store = openStore({path});
  let seed = 1;
  const random = (below: number): number => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed % below;
  };
  // Many words of its own in each, so that some of them stand where a page of the index begins.
  const own = (number: number): string => `${canary}${number}q`;
  const text = (number: number): string =>
    Array.from({length: 400}, (_, at) => (at % 2 ? own(number) : 'w') + random(200)).join(' ');
  for (let number = 0; number < 120; number++) {
    const id = `c${number}`;
    const asked = prompt(`${id}-p`, null, text(number));
    record(store, emptyConversation(id), asked, answer(`${id}-a`, asked.id, text(number)));
  }
  const gone: number[] = [];
  for (let number = 0; number < 120; number += 2) {
    store.discard([`c${number}`]);
    gone.push(number);
    // The second time and later, the index is in one piece before.
    if (number % 20 === 0) store.wipe();
  }
  store.wipe();
  const bytes = readFileSync(path);
  expect(gone.filter(number => bytes.includes(own(number)))).toEqual([]);
  expect(store.search(own(1), {limit: 5}).hits).toHaveLength(2);
  store.close();
});
