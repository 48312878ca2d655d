import {join} from 'node:path';
import {describe, expect, it, onTestFinished} from 'vitest';
import type {Conversation} from '../../../src/core/conversation.ts';
import {createImporter} from '../../../src/storage/import/createImporter.ts';
import {takeConversation} from '../../../src/storage/import/takeConversation.ts';
import {openDatabase} from '../../../src/storage/openDatabase.ts';
import {openStore, storeOver} from '../../../src/storage/openStore.ts';
import {conversationOf} from '../../core/sampleSession.ts';
import {answer, emptyConversation, prompt, record} from '../sampleConversation.ts';
import {temporaryFolder} from '../temporaryFolder.ts';
import {freshStore, spoken, storedIn} from './importing.ts';

/** A conversation of so many messages, whose ids are its own. */
function long(id: string, count: number): Conversation {
  const texts = Array.from({length: count}, (_, at) => `${id} says ${at}`);
  const made = conversationOf(texts, {id});
  const own = (message: string): string => `${id}-${message}`;
  const nodes = [...made.nodes.values()].map(node => ({
    ...node,
    id: own(node.id),
    parent: node.parent === null ? null : own(node.parent),
  }));
  return {
    ...made,
    nodes: new Map(nodes.map(node => [node.id, node])),
    head: made.head === null ? null : own(made.head),
  };
}

function opened() {
  const path = join(temporaryFolder(), 'llm.db');
  const database = openDatabase(path);
  openStore({path}).close();
  const store = storeOver(database, Date.now);
  onTestFinished(() => store.close());
  return {path, database, store};
}

describe('an import of any length', () => {
  it('lets other programs store something before it has ended', async () => {
    const {path, database, store} = opened();
    const importer = createImporter(database, store.saveConversation, {sliceMs: 2, pauseMs: 1});
    const all = Array.from({length: 200}, (_, at) => long(`c${at}`, 20));
    const importing = importer.take(all);
    const other = openStore({path, waitMs: 0});
    onTestFinished(() => other.close());
    // The first slice is over, and the import waits.
    record(other, emptyConversation('mine'), prompt('p', null, 'q'), answer('a', 'p', 'yes'));
    expect(other.list({limit: 1000}).length).toBeLessThan(all.length);
    expect(new Set((await importing).map(({outcome}) => outcome))).toEqual(new Set(['added']));
    expect(other.list({limit: 1000})).toHaveLength(all.length + 1);
    expect(spoken(store.load('c199'))).toEqual(spoken(all[199]));
  });

  it('divides a long conversation too', async () => {
    const {path, database, store} = opened();
    const importer = createImporter(database, store.saveConversation, {sliceMs: 2, pauseMs: 1});
    const importing = importer.take([long('c', 3000)]);
    const other = openStore({path, waitMs: 0});
    onTestFinished(() => other.close());
    record(other, emptyConversation('mine'), prompt('p', null, 'q'), answer('a', 'p', 'yes'));
    expect(await importing).toEqual([{outcome: 'added', messages: 3000}]);
    expect(spoken(store.load('c'))).toHaveLength(3000);
  });

  it('is taken back whole, also what it added to a conversation that was there', async () => {
    const store = freshStore();
    await store.importer().take([long('old', 2)]);
    const before = storedIn(store);
    const importer = store.importer();
    await importer.take([long('old', 6), long('new', 4)]);
    expect(spoken(store.load('old'))).toHaveLength(6);
    await importer.undo();
    expect(storedIn(store)).toEqual(before);
    expect(store.search('new', {limit: 5}).hits).toEqual([]);
  });

  it('is not taken back where a person has gone on with it', async () => {
    const store = freshStore();
    const importer = store.importer();
    await importer.take([long('new', 4)]);
    const last = store.load('new').head;
    store.addMessage('new', prompt('mine', last, 'and I'));
    await importer.undo();
    expect(spoken(store.load('new')).at(-1)).toBe('user: and I');
    expect(spoken(store.load('new'))).toHaveLength(5);
  });

  it('is completed by running it again, wherever it was killed', () => {
    const given = long('c', 5);
    for (let steps = 0; steps <= 11; steps++) {
      const {database, store} = opened();
      const taking = takeConversation(database, store.saveConversation, given);
      for (let step = 0; step < steps; step++) taking.next();
      store.importConversations(take => take(given));
      expect(store.load('c')).toEqual(given);
      expect(store.importConversations(take => take(given)).outcome).toBe('unchanged');
    }
  });
});
