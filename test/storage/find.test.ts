import {join} from 'node:path';
import {expect, test} from 'vitest';
import {newId} from '../../src/storage/newId.ts';
import {openStore, type Store} from '../../src/storage/openStore.ts';
import type {SearchHit} from '../../src/storage/searchMessages.ts';
import {answer, emptyConversation, prompt, record} from './sampleConversation.ts';
import {temporaryFolder} from './temporaryFolder.ts';

function newStore(): Store {
  return openStore({path: join(temporaryFolder(), 'llm.db')});
}

const marked = (hit: SearchHit | undefined) =>
  hit?.snippet.map(part => (part.hit ? `[${part.text}]` : part.text)).join('');

test('search finds words in prompts, answers and titles, with the hit marked', () => {
  const store = newStore();
  record(
    store,
    emptyConversation('c1'),
    prompt('p1', null, 'How does the borrow\n checker work?'),
    answer('a1', 'p1', 'Ownership decides it.'),
  );
  record(
    store,
    emptyConversation('c2'),
    prompt('p2', null, 'Crème brûlée'),
    answer('a2', 'p2', 'Sugar, cream.'),
  );
  store.saveConversation({...store.load('c2'), title: 'A dessert'});

  const borrow = store.search('borrow', {limit: 10}).hits;
  expect(borrow).toHaveLength(1);
  expect(borrow[0]).toMatchObject({conversationId: 'c1', message: {id: 'p1', role: 'user'}});
  expect(marked(borrow[0])).toBe('How does the [borrow] checker work?');
  expect(marked(store.search('ownership', {limit: 10}).hits[0])).toBe('[Ownership] decides it.');
  expect(marked(store.search('BRULEE creme', {limit: 10}).hits[0])).toBe('[Crème] [brûlée]');
  expect(marked(store.search('own', {limit: 10}).hits[0])).toBe('[Own]ership decides it.');
  expect(marked(store.search('own decides', {limit: 10}).hits[0])).toBe('[Own]ership [decides] it.');
  const title = store.search('dessert', {limit: 10}).hits;
  expect(title).toHaveLength(1);
  expect(title[0]).toMatchObject({conversationId: 'c2', title: 'A dessert'});
  expect(title[0]?.message).toBeUndefined();
  expect(marked(store.search('"borrow checker"', {limit: 10}).hits[0])).toContain('[borrow checker]');
  expect(store.search('"checker borrow"', {limit: 10}).hits).toEqual([]);
  store.close();
});

test('search follows changes of text and title', () => {
  const store = newStore();
  const conversation = record(store, emptyConversation('c'), prompt('p', null, 'alpha'));
  store.finishMessage('c', prompt('p', null, 'beta'));
  store.saveConversation({...conversation, title: 'gamma'});
  expect(store.search('alpha', {limit: 5}).hits).toEqual([]);
  expect(store.search('beta', {limit: 5}).hits).toHaveLength(1);
  expect(store.search('gamma', {limit: 5}).hits).toHaveLength(1);
  store.close();
});

test('the better match comes first, and the limit holds', () => {
  const store = newStore();
  for (let i = 0; i < 20; i++) {
    record(store, emptyConversation(`c${i}`), prompt(`p${i}`, null, `${'filler '.repeat(40)} tokio ${i}`));
  }
  record(store, emptyConversation('best'), prompt('pb', null, 'tokio tokio'));
  const hits = store.search('tokio', {limit: 5}).hits;
  expect(hits).toHaveLength(5);
  expect(hits[0]?.conversationId).toBe('best');
  expect(hits.every(hit => hit.snippet.some(part => part.hit))).toBe(true);
  store.close();
});

test('text that looks like the marks of a snippet is only text', () => {
  const store = newStore();
  record(store, emptyConversation('c'), prompt('p', null, '<b>needle</b> \u0001 <x> </x> […]'));
  expect(store.search('needle', {limit: 5}).hits[0]?.snippet).toEqual([
    {text: '<b>', hit: false},
    {text: 'needle', hit: true},
    {text: '</b> \u0001 <x> </x> […]', hit: false},
  ]);
  store.close();
});

const hostile = [
  '"',
  '""',
  '"a',
  'a"b',
  '*',
  'a*',
  '^a',
  'a AND',
  'NOT',
  'OR OR',
  'NEAR(a b',
  'NEAR(',
  'text:a',
  'a:b',
  '-a',
  '+ a',
  '(a',
  ')',
  '{a}',
  "'; DROP TABLE messages; --",
  '\0',
  'a\0b',
  '😀',
  '\ud800',
  '   ',
  '',
  '\\',
  '%_',
  '"a" "b',
  'ä'.repeat(5000),
];

test.each(hostile)('the query %j is never an error', query => {
  const store = newStore();
  record(store, emptyConversation('c'), prompt('p', null, 'NOT a b text'));
  expect(Array.isArray(store.search(query, {limit: 5}).hits)).toBe(true);
  expect(Array.isArray(store.list({limit: 5, query}))).toBe(true);
  store.close();
});

test('random queries out of the characters of the query language are never an error', () => {
  const store = newStore();
  record(store, emptyConversation('c'), prompt('p', null, 'a b'));
  const alphabet = [...'ab"*^():{}+-\'\\ ,.;|&\0', ' AND ', ' NEAR', ' OR '];
  let state = 7;
  const random = (below: number) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
  for (let round = 0; round < 500; round++) {
    const query = Array.from({length: random(12)}, () => alphabet[random(alphabet.length)]).join('');
    expect(() => store.search(query, {limit: 5}).hits, JSON.stringify(query)).not.toThrow();
  }
  store.close();
});

test('the list has the last changed first, with counts and the last text, page by page', () => {
  const store = newStore();
  record(
    store,
    emptyConversation('c1'),
    prompt('p1', null, 'one', 1000),
    answer('a1', 'p1', 'yes\nit is', 9000),
  );
  record(store, emptyConversation('c2'), prompt('p2', null, 'two', 5000));
  store.saveConversation(emptyConversation('nothing was said', 99_000));
  expect(store.latest()).toBe('c1');
  expect(store.list({limit: 10})).toMatchObject([
    {id: 'c1', title: 'one', messages: 2, updated: 9000, snippet: 'yes it is', model: 'ollama/tiny:1b'},
    {id: 'c2', title: 'two', messages: 1, updated: 5000, snippet: 'two'},
  ]);
  expect(store.list({limit: 1, offset: 1}).map(summary => summary.id)).toEqual(['c2']);
  expect(store.list({limit: 10, query: 'two'}).map(summary => summary.id)).toEqual(['c2']);
  store.close();
});

test('an id may be shortened as long as it is the only one', () => {
  const store = newStore();
  for (const id of ['01abcdefgh1', '01abcdefgh2', '01zzzzzzzz']) {
    record(store, emptyConversation(id), prompt(`p${id}`, null, `about ${id}`));
  }
  expect(store.find('01Z')).toBe('01zzzzzzzz');
  expect(store.find('01abcdefgh1')).toBe('01abcdefgh1');
  expect(() => store.find('01ab')).toThrow(/several conversations: 01abcdefgh1 \(about .*01abcdefgh2/);
  expect(() => store.find('nope')).toThrow('no conversation nope');
  expect(() => store.find('')).toThrow('missing');
  expect(() => store.load('nope')).toThrow('no conversation nope');
  for (const {id, shortId} of store.list({limit: 10})) expect(store.find(shortId)).toBe(id);
  expect(store.list({limit: 10}).find(summary => summary.id === '01zzzzzzzz')?.shortId).toBe('01zzzzz');
  store.close();
});

test('there is no latest conversation in an empty store', () => {
  const store = newStore();
  expect(store.latest()).toBeUndefined();
  expect(store.list({limit: 5})).toEqual([]);
  store.close();
});

test('ids are unique and sort by their time', () => {
  const times = [0, 1, 31, 32, 1_700_000_000_000, 1_700_000_000_001, 4_000_000_000_000];
  const ids = times.map(newId);
  expect([...ids].sort()).toEqual(ids);
  for (const id of ids) expect(id).toMatch(/^[0-9a-hjkmnp-tv-z]{26}$/);
  expect(new Set(Array.from({length: 1000}, () => newId(5))).size).toBe(1000);
});
