import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import type {MessageNode} from '../../src/core/conversation.ts';
import {openDatabase} from '../../src/storage/openDatabase.ts';
import {openStore, type Store} from '../../src/storage/openStore.ts';
import {answer, emptyConversation, prompt, record} from './sampleConversation.ts';
import {temporaryFolder} from './temporaryFolder.ts';

function open(): {store: Store; path: string} {
  const path = join(temporaryFolder(), 'llm.db');
  const store = openStore({path});
  onTestFinished(() => store.close());
  return {store, path};
}

function timed(id: string, model: string, created: number, output: number, speed?: number): MessageNode {
  return {
    ...answer(id, 'p', 'an answer', created),
    model,
    usage: {output, estimated: false},
    timing: {totalMs: 100, ...(speed !== undefined && {tokensPerSecond: speed})},
  };
}

test('a model is as fast as the median of its last answers that were long enough', () => {
  const {store} = open();
  const speeds = [1, 90, 50, 61, 60, 500];
  const nodes = speeds.map((speed, index) => timed(`a${index}`, 'ollama/tiny:1b', 2000 + index, 100, speed));
  record(
    store,
    emptyConversation('c'),
    prompt('p', null, 'hi'),
    ...nodes,
    timed('short', 'ollama/tiny:1b', 3000, 3, 9000),
    timed('untimed', 'cloud/big', 2500, 100),
  );
  expect([...store.modelUse()]).toEqual([
    ['cloud/big', {lastUsed: 2500}],
    ['ollama/tiny:1b', {lastUsed: 3000, tokensPerSecond: 61}],
  ]);
});

test('answers that are deleted or still hidden do not count', () => {
  const {store} = open();
  record(store, emptyConversation('c'), prompt('p', null, 'hi'), timed('a', 'x/y', 2000, 100, 10));
  expect(store.modelUse().size).toBe(1);
  store.delete('c');
  expect(store.modelUse().size).toBe(0);
});

test('the use of models is read along its index', () => {
  const {path} = open();
  const database = openDatabase(path);
  onTestFinished(() => database.close());
  const plan = database.all<{detail: string}>(
    `EXPLAIN QUERY PLAN SELECT model FROM messages m INDEXED BY messages_by_model
     WHERE role = 'assistant' AND model IS NOT NULL AND options IS NOT NULL AND model > ? ORDER BY model LIMIT 1`,
    '',
  );
  expect(plan.map(({detail}) => detail)).toEqual([
    expect.stringMatching(/SEARCH m USING COVERING INDEX messages_by_model/),
  ]);
});
