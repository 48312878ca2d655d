import {readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {LlmError} from '../../src/core/errors.ts';
import {migrate, migrations} from '../../src/storage/migrations.ts';
import {type Database, openDatabase} from '../../src/storage/openDatabase.ts';
import {openStore, type Store} from '../../src/storage/openStore.ts';
import {answer, emptyConversation, prompt, record} from './sampleConversation.ts';
import {temporaryFolder} from './temporaryFolder.ts';

const now = () => Date.UTC(2026, 10, 21, 12);

/** What a row of each table held, at most: only the columns that the table had at the version. */
const rows: readonly {table: string; row: Readonly<Record<string, string | number | Uint8Array | null>>}[] = [
  {
    table: 'conversations',
    row: {
      ...{seq: 3, id: 'old', title: 'an old question', model: 'ollama/tiny:1b', created: 1000, updated: 2000},
      ...{archived: null, system: 'Be brief.', options: '{"temperature":0.5}', think: 'low', head: 'b'},
      shortened: '{"from":"p","summary":"short"}',
    },
  },
  {
    table: 'writers',
    row: {id: 7, pid: 999_999_999, host: 'gone', boot: 'another', space: 'other', started: '1'},
  },
  {
    table: 'messages',
    row: {
      ...{seq: 5, id: 'p', conversation_id: 'old', parent: null, role: 'user', text: 'Wie heißt das?'},
      ...{reasoning: null, created: 1000, model: null, backend: null, options: null, seed: null, stop: null},
    },
  },
  {
    table: 'messages',
    row: {
      ...{seq: 6, id: 'a', conversation_id: 'old', parent: 'p', role: 'assistant', text: 'an old answer 😀'},
      ...{
        reasoning: 'let me think',
        created: 1001,
        model: 'ollama/tiny:1b',
        backend: 'ollama',
        options: '{}',
      },
      ...{seed: 4, stop: 'error', writer: null, input_tokens: 10, output_tokens: 20, reasoning_tokens: 5},
      ...{cached_tokens: 3, token_source: 'reported', first_token_ms: 12.5, total_ms: 300, reasoning_ms: 100},
      ...{
        tokens_per_second: 51.2,
        cost: 0.01,
        error_kind: 'overloaded',
        error_message: 'busy',
        error_hint: 'wait',
      },
      sent_tokens: 9,
    },
  },
  {
    table: 'messages',
    row: {
      ...{seq: 9, id: 'b', conversation_id: 'old', parent: 'p', role: 'assistant', text: ''},
      ...{created: Date.UTC(2026, 10, 1), stop: 'streaming', writer: 7},
    },
  },
  {table: 'chunks', row: {message_id: 'b', seq: 1, text: 'half ', reasoning: 'hm'}},
  {table: 'chunks', row: {message_id: 'b', seq: 2, text: 'an answer', reasoning: ''}},
  {table: 'contents', row: {hash: 'h', data: new Uint8Array([1, 0, 255])}},
  {
    table: 'attachments',
    row: {message_id: 'p', position: 0, kind: 'image', name: 'a.png', media_type: 'image/png', hash: 'h'},
  },
];

/** A file as a program of that time left it: written by hand, for today's journal knows more columns. */
function earlierFile(path: string, version: number): void {
  const database = openDatabase(path);
  migrate(database, {migrations: migrations.slice(0, version), now: now()});
  for (const {table, row} of rows) {
    const columns = new Set(
      database.all<{name: string}>('SELECT name FROM pragma_table_info(?)', table).map(({name}) => name),
    );
    const fields = Object.entries(row).filter(([name]) => columns.has(name));
    database.run(
      `INSERT INTO ${table} (${fields.map(([name]) => name).join(', ')}) VALUES (${fields.map(() => '?').join(', ')})`,
      ...fields.map(([, value]) => value),
    );
  }
  if (hasTable(database, 'prompts')) database.run("INSERT INTO prompts (created, text) VALUES (1, 'typed')");
  database.close();
}

function hasTable(database: Database, table: string): boolean {
  return database.get('SELECT 1 FROM sqlite_schema WHERE name = ?', table) !== undefined;
}

const versions = migrations.map((_, index) => index + 1);

/** Everything that was in the file, as it is to be found now. */
function expectAllOf(store: Store, version: number): void {
  const conversation = store.load('old');
  expect(conversation).toMatchObject({
    ...{title: 'an old question', model: 'ollama/tiny:1b', created: 1000, updated: 2000, system: 'Be brief.'},
    ...{options: {temperature: 0.5}, think: 'low', head: 'b'},
  });
  // Fields that came later are there only where the file had them.
  expect(conversation.shortened).toEqual(version >= 4 ? {from: 'p', summary: 'short'} : undefined);
  expect([...conversation.nodes.values()]).toEqual([
    {
      ...{id: 'p', parent: null, role: 'user', text: 'Wie heißt das?', created: 1000},
      attachments: [
        {kind: 'image', name: 'a.png', mediaType: 'image/png', data: new Uint8Array([1, 0, 255])},
      ],
    },
    {
      ...{id: 'a', parent: 'p', role: 'assistant', text: 'an old answer 😀', reasoning: 'let me think'},
      ...{created: 1001, model: 'ollama/tiny:1b', stop: 'error'},
      usage: {
        ...{input: 10, output: 20, reasoning: 5, cached: 3, estimated: false},
        ...(version >= 6 && {sent: 9}),
      },
      timing: {firstTokenMs: 12.5, totalMs: 300, reasoningMs: 100, tokensPerSecond: 51.2},
      cost: 0.01,
      error: {kind: 'overloaded', message: 'busy', hint: 'wait'},
    },
    expect.objectContaining({id: 'b', text: 'half an answer', reasoning: 'hm', stop: 'interrupted'}),
  ]);
  expect(store.search('heißt', {limit: 5}).hits[0]?.message?.id).toBe('p');
  expect(store.search('half', {limit: 5}).hits[0]?.message?.id).toBe('b');
  expect(store.search('question', {limit: 5}).hits[0]?.conversationId).toBe('old');
}

test.each(versions.slice(0, -1))(
  'a file of version %i is copied, then brought up to date with all it holds',
  version => {
    const folder = temporaryFolder();
    const path = join(folder, 'llm.db');
    earlierFile(path, version);

    const store = openStore({path, now});
    const copy = join(folder, `llm.db.backup-v${version}-2026-11-21`);
    expect(store.backup).toBe(copy);
    expectAllOf(store, version);
    store.close();

    expect(statSync(copy).mode & 0o777).toBe(0o600);
    const backup = openDatabase(copy);
    expect(backup.get('PRAGMA user_version')).toEqual({user_version: version});
    expect(backup.get("SELECT text FROM messages WHERE id = 'a'")).toEqual({text: 'an old answer 😀'});
    backup.close();
  },
);

test.each(versions)('a damaged file of version %i is salvaged, then brought up to date', version => {
  const path = join(temporaryFolder(), 'llm.db');
  earlierFile(path, version);
  writeFileSync(path, readFileSync(path).fill(0, 0, 100));
  const store = openStore({path, now});
  expect(store.warnings[0]).toContain('1 conversation with 3 messages; no message is known to be lost');
  expect(store.backup).toBeUndefined();
  expectAllOf(store, version);
  store.close();
});

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
