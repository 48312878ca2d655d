import {mkdirSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {openReadOnly} from '../../src/storage/openDatabase.ts';
import {type OpenStoreOptions, openStore} from '../../src/storage/openStore.ts';
import {answer, emptyConversation, prompt, record} from './sampleConversation.ts';
import {temporaryFolder} from './temporaryFolder.ts';

/** A database beside which SQLite cannot write its log, whoever runs the test: a folder has that name. */
function unwritable(): {options: OpenStoreOptions; folder: string} {
  const folder = temporaryFolder();
  const path = join(folder, 'llm.db');
  const store = openStore({path});
  record(store, emptyConversation('c'), prompt('p', null, 'where is it'), answer('a', 'p', 'in the attic'));
  store.close();
  mkdirSync(`${path}-wal`);
  return {
    folder,
    options: {path, whyUnwritable: paths => (paths.includes(folder) ? 'read-only file system' : undefined)},
  };
}

test('what cannot be written is opened to be read, and says why', () => {
  const {options, folder} = unwritable();
  const files = readdirSync(folder);
  const store = openStore(options);
  expect(store.readOnly?.message).toBe(`${options.path}: read-only file system`);
  expect(store.list({limit: 5}).map(({id}) => id)).toEqual(['c']);
  expect([...store.load('c').nodes.values()].map(({text}) => text)).toEqual(['where is it', 'in the attic']);
  expect(store.search('attic', {limit: 5}).hits).toHaveLength(1);
  expect(() => store.rename('c', 'x')).toThrow('read-only');
  store.close();
  expect(readdirSync(folder)).toEqual(files);
});

test('a file that is refused itself is not opened to be written, whatever SQLite would do', () => {
  const path = join(temporaryFolder(), 'llm.db');
  openStore({path}).close();
  const why = (paths: readonly string[]) => (paths.includes(path) ? 'no permission' : undefined);
  const store = openStore({path, whyUnwritable: why});
  expect(store.readOnly?.message).toBe(`${path}: no permission`);
  store.close();
});

test('what can be written, but cannot be opened, is no read-only file', () => {
  const {options} = unwritable();
  expect(() => openStore({...options, whyUnwritable: () => undefined})).toThrow(options.path);
});

test('a file that can only be read is refused when it is of another version', () => {
  const {options} = unwritable();
  expect(() => openStore({...options, migrations: []})).toThrow(/written by a newer llm .* read-only/);
});

test('what another program is writing is seen by who only reads', () => {
  const path = join(temporaryFolder(), 'llm.db');
  const store = openStore({path});
  record(store, emptyConversation('c'), prompt('p', null, 'just now'));
  const reader = openReadOnly(path);
  expect(reader.all('SELECT id FROM messages')).toHaveLength(1);
  expect(reader.warnings).toEqual([]);
  reader.close();
  store.close();
});
