import {join} from 'node:path';
import {expect, test} from 'vitest';
import {openDatabase} from '../../src/storage/openDatabase.ts';
import {openStore, type Store} from '../../src/storage/openStore.ts';
import type {SearchHit} from '../../src/storage/searchMessages.ts';
import {answer, emptyConversation, prompt, record} from './sampleConversation.ts';
import {temporaryFolder} from './temporaryFolder.ts';

const day = 24 * 3_600_000;
const now = new Date(2025, 10, 15, 12).getTime();

function newStore(path = join(temporaryFolder(), 'llm.db')): Store {
  return openStore({path, now: () => now});
}

/** A store with one conversation for each text, `c0` the oldest; each has the text as its only prompt, `p0` … */
function storeOf(...texts: string[]): Store {
  const store = newStore();
  for (const [n, text] of texts.entries())
    record(store, emptyConversation(`c${n}`), prompt(`p${n}`, null, text));
  return store;
}

const search = (store: Store, typed: string, limit = 20) => store.search(typed, {limit});
const ids = (hits: readonly SearchHit[]) =>
  hits.map(({message, conversationId}) => message?.id ?? conversationId);
const marked = (hit: SearchHit | undefined) =>
  hit?.snippet.map(part => (part.hit ? `[${part.text}]` : part.text)).join('');

test('whole words come first, then beginnings of words, then parts of them', () => {
  const store = storeOf('an irregular verb', 'regularly', 'the regular one', 'nothing');
  const {hits} = search(store, 'regular');
  expect(hits.map(hit => [hit.message?.id, hit.match])).toEqual([
    ['p2', 'words'],
    ['p1', 'parts'],
    ['p0', 'parts'],
  ]);
  expect(hits.map(marked)).toEqual(['the [regular] one', '[regular]ly', 'an ir[regular] verb']);
  store.close();
});

test('a misspelt word finds the one that was meant, and says so', () => {
  const store = storeOf('regular expressions', 'other text');
  for (const typed of ['reglar', 'rgeular', 'xregular', 'egular', 'tegular', 'regullarr expressions']) {
    const {hits, corrected} = search(store, typed);
    expect(
      hits.map(hit => [hit.message?.id, hit.match]),
      typed,
    ).toEqual([['p0', typed === 'egular' ? 'parts' : 'similar']]);
    if (typed !== 'egular')
      expect(corrected, typed).toEqual([{typed: typed.split(' ')[0], found: ['regular']}]);
    expect(marked(hits[0]), typed).toMatch(/^\[?r?\[?e?/);
  }
  expect(marked(search(store, 'reglar expresions').hits[0])).toBe('[regular] [expressions]');
  expect(search(store, 'rgl').hits).toEqual([]);
  expect(search(store, 'regular').corrected).toEqual([]);
  store.close();
});

test('a word that is misspelt in a message too finds that first, and what may have been meant', () => {
  const store = storeOf('the correct receive', 'a wrong recieve');
  const {hits, corrected} = search(store, 'recieve');
  expect(ids(hits)).toEqual(['p1', 'p0']);
  expect(corrected).toEqual([{typed: 'recieve', found: ['receive']}]);
  store.close();
});

test('a word of a title alone is corrected too', () => {
  const store = newStore();
  const conversation = record(store, emptyConversation('c'), prompt('p', null, 'hello'));
  store.saveConversation({...conversation, title: 'Gardening'});
  expect(search(store, 'gardning').hits).toMatchObject([{conversationId: 'c', match: 'similar'}]);
  expect(search(store, 'arden').hits).toMatchObject([{conversationId: 'c', match: 'parts'}]);
  store.close();
});

test('text without blanks is found by any of its characters, also by the last', () => {
  const store = storeOf('我想学法语', '你会说法', '天气很好 🙂', 'fran\u00e7ais');
  expect(ids(search(store, '法').hits).sort()).toEqual(['p0', 'p1']);
  expect(ids(search(store, '学法').hits)).toEqual(['p0']);
  expect(ids(search(store, '说法').hits)).toEqual(['p1']);
  expect(ids(search(store, '我想学').hits)).toEqual(['p0']);
  expect(ids(search(store, '学法语吗').hits)).toEqual([]);
  expect(ids(search(store, '🙂').hits)).toEqual(['p2']);
  expect(ids(search(store, '天气 🙂').hits)).toEqual(['p2']);
  expect(marked(search(store, '学法').hits[0])).toBe('我想[学法]语');
  expect(ids(search(store, 'franc').hits)).toEqual(['p3']);
  store.close();
});

test('all words must occur, a phrase as it stands, and what is excluded must not', () => {
  const store = storeOf('red green', 'green red blue', 'green only', 'greenish red');
  expect(ids(search(store, 'red green').hits).sort()).toEqual(['p0', 'p1', 'p3']);
  expect(ids(search(store, '"red green"').hits)).toEqual(['p0']);
  expect(ids(search(store, 'red -blue').hits).sort()).toEqual(['p0', 'p3']);
  expect(ids(search(store, 'gree -"red blue"').hits).sort()).toEqual(['p0', 'p2', 'p3']);
  expect(ids(search(store, 'gren -blue red').hits).sort()).toEqual(['p0']);
  expect(search(store, '-red').hits).toEqual([]);
  store.close();
});

test('signs count where there are any', () => {
  const store = storeOf('the C language', 'C++ templates', 'foo bar', 'foo-bar');
  expect(ids(search(store, 'C++').hits)).toEqual(['p1', 'p0']);
  expect(ids(search(store, 'foo-bar').hits)).toEqual(['p3', 'p2']);
  store.close();
});

test('a filter narrows down what the words find', () => {
  const store = newStore();
  const start = {...emptyConversation('c1', now - 40 * day), model: 'ollama/qwen2.5:3b'};
  record(store, start, prompt('p1', null, 'What is a monad?', now - 40 * day), {
    ...answer('a1', 'p1', 'A monad is a monoid.', now - 40 * day),
    model: 'ollama/qwen2.5:3b',
  });
  record(
    store,
    emptyConversation('c2', now - day),
    prompt('p2', null, 'monad laws', now - day),
    answer('a2', 'p2', 'The monad laws are three.', now - day),
  );
  store.saveConversation({...store.load('c2'), title: 'Category theory'});
  const found = (typed: string) => ids(search(store, typed).hits).sort();
  expect(found('monad role:user')).toEqual(['p1', 'p2']);
  expect(found('monad role:answer')).toEqual(['a1', 'a2']);
  expect(found('monad model:QWEN')).toEqual(['a1', 'p1']);
  expect(found('monad model:tiny role:assistant')).toEqual(['a2']);
  expect(found('monad model:nothing')).toEqual([]);
  expect(found('monad after:7d')).toEqual(['a2', 'p2']);
  expect(found('monad before:7d')).toEqual(['a1', 'p1']);
  expect(found('monad after:2025-11-14 before:2025-11-15')).toEqual(['a2', 'p2']);
  expect(found('monad before:2025')).toEqual([]);
  expect(found('monad title:category')).toEqual(['a2', 'p2']);
  expect(found('mona title:theor role:user')).toEqual(['p2']);
  expect(found('monda after:7d')).toEqual(['a2', 'p2']);
  expect(found('theory role:user')).toEqual([]);
  store.close();
});

test('filters alone find the newest messages, and a title alone the conversations', () => {
  const store = newStore();
  record(
    store,
    emptyConversation('c1', now - 3 * day),
    prompt('p1', null, 'golden', now - 3 * day),
    answer('a1', 'p1', 'older', now - 3 * day),
  );
  record(store, emptyConversation('c2', now), prompt('p2', null, 'new', now));
  expect(ids(search(store, 'role:user').hits)).toEqual(['p2', 'p1']);
  expect(ids(search(store, 'after:today').hits)).toEqual(['p2']);
  expect(search(store, 'title:olde').hits).toMatchObject([{conversationId: 'c1'}]);
  expect(search(store, 'title:olde').hits[0]?.message).toBeUndefined();
  expect(marked(search(store, 'title:olde').hits[0])).toBe('g[olde]n');
  store.close();
});

test('a filter without sense is refused', () => {
  const store = storeOf('x');
  expect(() => search(store, 'x role:robot')).toThrow('role: wants user or assistant');
  expect(() => store.list({limit: 5, query: 'before:lunch'})).toThrow('before: wants a date');
  store.close();
});

test('one conversation with many hits leaves room for the others', () => {
  const store = newStore();
  let parent: string | null = null;
  const nodes = Array.from({length: 30}, (_, n) => {
    const node = prompt(`m${n}`, parent, `tokio tokio ${n}`);
    parent = node.id;
    return node;
  });
  record(store, emptyConversation('one'), ...nodes);
  record(store, emptyConversation('other'), prompt('o', null, `${'filler '.repeat(20)} tokio`));
  const hits = search(store, 'tokio', 10).hits;
  expect(hits.filter(hit => hit.conversationId === 'one')).toHaveLength(3);
  expect(hits.map(hit => hit.conversationId)).toContain('other');
  const parts = search(store, 'okio', 10).hits;
  expect(parts.map(hit => hit.conversationId).sort()).toEqual(['one', 'one', 'one', 'other']);
  store.close();
});

test('what fits alike is newer first', () => {
  const store = newStore();
  for (const [n, age] of [400, 10, 200].entries())
    record(
      store,
      emptyConversation(`c${n}`, now - age * day),
      prompt(`p${n}`, null, 'same words', now - age * day),
    );
  expect(ids(search(store, 'same words').hits)).toEqual(['p1', 'p2', 'p0']);
  store.close();
});

test('the list takes a search too: what fits best first, each conversation once, with what was found', () => {
  const store = newStore();
  record(
    store,
    emptyConversation('c1'),
    prompt('p1', null, 'tell me about whales'),
    answer('a1', 'p1', 'whales are large'),
    prompt('p1b', 'a1', 'thanks'),
  );
  record(store, emptyConversation('c2', 9000), prompt('p2', null, 'one overwhales?', 9000));
  const list = store.list({limit: 5, query: 'whales'});
  expect(list.map(({id}) => id)).toEqual(['c1', 'c2']);
  expect(list[0]?.snippet).toContain('whales');
  expect(store.list({limit: 1, offset: 1, query: 'whales'}).map(({id}) => id)).toEqual(['c2']);
  expect(store.list({limit: 5, query: 'wahles'}).map(({id}) => id)).toEqual(['c1']);
  expect(store.list({limit: 5, query: 'role:answer'}).map(({id}) => id)).toEqual(['c1']);
  expect(store.list({limit: 5, query: 'nothing'})).toEqual([]);
  store.close();
});

test('the list leaves out what is archived', () => {
  const path = join(temporaryFolder(), 'llm.db');
  const store = newStore(path);
  record(store, emptyConversation('c1'), prompt('p1', null, 'whales'));
  const database = openDatabase(path);
  database.exec('UPDATE conversations SET archived = 1');
  database.close();
  expect(store.list({limit: 5, query: 'whales'})).toEqual([]);
  expect(search(store, 'whales').hits).toHaveLength(1);
  store.close();
});

test('a piece of an answer that streams touches no index, and the finished answer is found', () => {
  const path = join(temporaryFolder(), 'llm.db');
  const store = newStore(path);
  record(store, emptyConversation('c'), prompt('p', null, 'hello'));
  store.addMessage('c', {...answer('a', 'p', ''), stop: 'streaming'});
  const database = openDatabase(path);
  const indexes = () =>
    ['message_words_data', 'message_parts_data', 'title_words_data', 'title_parts_data'].map(table =>
      database.all(`SELECT id, hex(block) AS block FROM ${table} ORDER BY id`),
    );
  const before = indexes();
  store.appendChunk('a', {text: 'incomprehensible', reasoning: ''});
  expect(indexes()).toEqual(before);
  store.finishMessage('c', answer('a', 'p', 'incomprehensible'));
  expect(indexes()).not.toEqual(before);
  database.close();
  expect(ids(search(store, 'comprehensible').hits)).toEqual(['a']);
  store.close();
});

test('the index of parts stays that of the messages when they change and go', () => {
  const path = join(temporaryFolder(), 'llm.db');
  const store = newStore(path);
  record(store, emptyConversation('c'), prompt('p', null, 'alphabet'), answer('a', 'p', 'answers'));
  record(store, emptyConversation('gone'), prompt('g', null, 'forgotten'));
  store.finishMessage('c', answer('a', 'p', 'replies'));
  const database = openDatabase(path);
  database.exec(`DELETE FROM conversations WHERE id = 'gone'`);
  for (const table of ['message_parts', 'title_parts', 'message_words', 'title_words'])
    database.exec(`INSERT INTO ${table} (${table}, rank) VALUES ('integrity-check', 1)`);
  database.close();
  expect(search(store, 'orgotte').hits).toEqual([]);
  expect(search(store, 'nswer').hits).toEqual([]);
  expect(ids(search(store, 'eplie').hits)).toEqual(['a']);
  store.close();
});
