import {readdirSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {LlmError} from '../../src/core/errors.ts';
import {migrate, migrations} from '../../src/storage/migrations.ts';
import {openDatabase} from '../../src/storage/openDatabase.ts';
import {openStore} from '../../src/storage/openStore.ts';
import {writeJournal} from '../../src/storage/writeJournal.ts';
import {answer, emptyConversation, prompt, record} from './sampleConversation.ts';
import {temporaryFolder} from './temporaryFolder.ts';

const now = () => Date.UTC(2026, 10, 21, 12);

function earlierFile(path: string, version: number): void {
  const database = openDatabase(path);
  migrate(database, {migrations: migrations.slice(0, version), now: now()});
  const journal = writeJournal(database, () => 0);
  record(
    journal,
    emptyConversation('old'),
    prompt('p', null, 'an old question'),
    answer('a', 'p', 'an old answer'),
  );
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
    expect(store.search('question', 5)[0]?.message?.id).toBe('p');
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
