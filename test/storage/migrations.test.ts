import {readdirSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {LlmError} from '../../src/core/errors.ts';
import {migrate, migrations} from '../../src/storage/migrations.ts';
import {openDatabase} from '../../src/storage/openDatabase.ts';
import {openStore} from '../../src/storage/openStore.ts';
import {answer, emptyConversation, prompt, record} from './sampleConversation.ts';
import {temporaryFolder} from './temporaryFolder.ts';

const now = () => Date.UTC(2026, 10, 21, 12);

/** A file as a program of that time left it: written by hand, for today's journal knows more columns. */
function earlierFile(path: string, version: number): void {
  const database = openDatabase(path);
  migrate(database, {migrations: migrations.slice(0, version), now: now()});
  database.exec(`
    INSERT INTO conversations (id, title, model, created, updated, options, head)
      VALUES ('old', 'an old question', 'ollama/tiny:1b', 1000, 1000, '{}', 'a');
    INSERT INTO messages (id, conversation_id, parent, role, text, created)
      VALUES ('p', 'old', NULL, 'user', 'an old question', 1000),
        ('a', 'old', 'p', 'assistant', 'an old answer', 1000);
  `);
  database.close();
}

test.each(migrations.slice(1).map((_, index) => index + 1))(
  'a file of version %i is copied, then brought up to date with all it holds',
  version => {
    const folder = temporaryFolder();
    const path = join(folder, 'llm.db');
    earlierFile(path, version);

    const store = openStore({path, now});
    const copy = join(folder, `llm.db.backup-v${version}-2026-11-21`);
    expect(store.backup).toBe(copy);
    expect(store.load('old').nodes.get('a')?.text).toBe('an old answer');
    expect(store.search('question', {limit: 5}).hits[0]?.message?.id).toBe('p');
    store.close();

    expect(statSync(copy).mode & 0o777).toBe(0o600);
    const backup = openDatabase(copy);
    expect(backup.get('PRAGMA user_version')).toEqual({user_version: version});
    expect(backup.get("SELECT text FROM messages WHERE id = 'a'")).toEqual({text: 'an old answer'});
    backup.close();
  },
);

test('a copy never overwrites an earlier one', () => {
  const folder = temporaryFolder();
  const path = join(folder, 'llm.db');
  earlierFile(path, 1);
  const first = openDatabase(path);
  migrate(first, {migrations: migrations.slice(0, 2), now: now()});
  first.exec('PRAGMA user_version = 1');
  first.close();
  const second = openDatabase(path);
  expect(() => migrate(second, {migrations: migrations.slice(0, 2), now: now()})).toThrow('already exists');
  second.close();
  expect(readdirSync(folder).filter(name => name.includes('backup'))).toEqual([
    'llm.db.backup-v1-2026-11-21',
    'llm.db.backup-v1-2026-11-21-2',
  ]);
});

test('a migration that fails half-way changes nothing', () => {
  const path = join(temporaryFolder(), 'llm.db');
  earlierFile(path, 1);
  const database = openDatabase(path);
  const broken = [...migrations.slice(0, 1), 'CREATE TABLE extra (x); SELECT nonsense FROM nowhere;'];
  expect(() => migrate(database, {migrations: broken, now: now()})).toThrow(LlmError);
  expect(database.get('PRAGMA user_version')).toEqual({user_version: 1});
  expect(database.get("SELECT name FROM sqlite_schema WHERE name = 'extra'")).toBeUndefined();
  database.close();
});

test('a new file and a current one are not copied', () => {
  const folder = temporaryFolder();
  const path = join(folder, 'llm.db');
  openStore({path}).close();
  openStore({path}).close();
  expect(readdirSync(folder)).toEqual(['llm.db']);
});

test('a file of a newer program is refused with what to do', () => {
  const path = join(temporaryFolder(), 'llm.db');
  openStore({path}).close();
  const database = openDatabase(path);
  database.exec('PRAGMA user_version = 999');
  database.close();
  let failure: unknown;
  try {
    openStore({path});
  } catch (error) {
    failure = error;
  }
  expect(failure).toMatchObject({kind: 'storage', hint: expect.stringContaining('Update')});
  expect(failure).toMatchObject({message: expect.stringMatching(/llm\.db: written by a newer llm .*999/)});
});

test('what a conversation was shortened by is kept, and is gone when it is taken back', () => {
  const path = join(temporaryFolder(), 'llm.db');
  const shortened = {from: 'p2', summary: 'They\ngreeted 😀 each other.', until: 'a2'};
  const store = openStore({path});
  const conversation = record(
    store,
    emptyConversation('c'),
    prompt('p1', null, 'hello'),
    answer('a1', 'p1', 'hi'),
    prompt('p2', 'a1', 'how are you'),
    answer('a2', 'p2', 'well'),
  );
  expect(store.load('c')).not.toHaveProperty('shortened');
  store.saveConversation({...conversation, shortened});
  store.close();

  const again = openStore({path});
  expect(again.load('c').shortened).toEqual(shortened);
  again.saveConversation(conversation);
  expect(again.load('c')).not.toHaveProperty('shortened');
  again.close();
});
