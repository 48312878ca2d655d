import {mkdtempSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {DatabaseSync} from 'node:sqlite';
import {zipSync} from 'fflate';
import {describe, expect, it} from 'vitest';
import {exportJson} from '../../../src/storage/exportJson.ts';
import {exportMarkdown} from '../../../src/storage/exportMarkdown.ts';
import {openStore} from '../../../src/storage/openStore.ts';
import {conversationOf} from '../../core/sampleSession.ts';
import {temporaryFolder} from '../temporaryFolder.ts';
import {databaseOf, fileOf, freshStore, importFile, pixel, storedIn} from './importing.ts';

const claude = (id: string, text = 'hello') => ({
  uuid: id,
  name: id,
  created_at: '2026-01-01T00:00:00Z',
  chat_messages: [{uuid: `${id}-1`, sender: 'human', text}],
});
const list = (count: number, text?: string) =>
  JSON.stringify(Array.from({length: count}, (_, at) => claude(`c${at}`, text)));

/** Fails as it should: an error that names the file and the reason, and nothing in the store. */
async function expectRefused(path: string, reason: string): Promise<void> {
  const store = freshStore();
  const failure = await importFile(store, path).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(failure).toMatchObject({kind: 'file'});
  const {message} = failure as Error;
  expect(message).toContain(path);
  expect(message).toContain(reason);
  expect(message).not.toContain('\n');
  expect(storedIn(store)).toEqual([]);
}

describe('a file that is none of those that are known', () => {
  it.each<[string, string | Uint8Array, string]>([
    ['nothing', '', 'empty'],
    ['an image', pixel, 'none of the files that are known'],
    ['prose', 'Dear diary,\n', 'none of the files that are known'],
    ['a list in markdown', '# Title\n\n+ one\n+ two\n', 'none of the files that are known'],
    ['other YAML', 'model: x\nmessages: 3\n', 'no list of messages'],
    ['broken YAML', 'model: x\nmessages:\n  - role: "user\n', 'not YAML'],
    ['numbers', '[1, 2, 3]', 'not JSON, or not of objects'],
    ['other JSON', '{"name": "package", "version": "1.0"}', 'no export of ChatGPT, Claude or llm'],
    ['JSONL', '{"messages":[{"role":"user","content":"hi"}]}\n', 'import the JSON export instead'],
    ['text that is not UTF-8', Buffer.from('model: x\nmessages:\n- \xff\xfe', 'latin1'), 'not UTF-8 text'],
  ])('is refused: %s', async (_what, content, reason) => {
    await expectRefused(fileOf(content), reason);
  });

  it('is refused when it is not there, or a folder', async () => {
    await expectRefused(join(temporaryFolder(), 'gone.json'), 'no such file');
    await expectRefused(mkdtempSync(join(temporaryFolder(), 'folder-')), 'it is a folder');
  });

  it('is named without what could control a terminal', async () => {
    const path = fileOf('prose', 'odd\u001b[2J name');
    await expect(importFile(freshStore(), path)).rejects.toMatchObject({
      message: expect.stringContaining('odd\u241b[2J name'),
    });
  });
});

describe('a file that is cut off or damaged', () => {
  it('leaves nothing behind, wherever a JSON file ends', async () => {
    const whole = list(3);
    for (let length = 1; length < whole.length; length += 41) {
      await expectRefused(fileOf(whole.slice(0, length)), 'cut off');
    }
  });

  it('is refused at the first conversation that is none', async () => {
    const path = fileOf(JSON.stringify([claude('a'), {odd: true}]));
    await expectRefused(path, 'conversation 2 is none of theirs');
  });

  it.each([
    [
      'markdown',
      exportMarkdown(conversationOf(['q', 'an answer'])).split('answer')[0] ?? '',
      'the end of this block is missing',
    ],
    ['JSON', exportJson(conversationOf(['q', 'a'])).slice(0, -9), 'cut off'],
  ])('leaves nothing behind of an export of ours as %s', async (_format, text, reason) => {
    await expectRefused(fileOf(text), reason);
  });

  it('leaves nothing behind of an archive, wherever it ends', async () => {
    const archive = zipSync({'conversations.json': Buffer.from(list(20))});
    for (let length = 4; length < archive.length; length += 97) {
      await expectRefused(fileOf(archive.subarray(0, length)), 'cut off');
    }
  });

  it('is noticed in an archive by its checksum', async () => {
    const archive = Buffer.from(zipSync({'conversations.json': Buffer.from(list(20))}, {level: 0}));
    archive[archive.indexOf('hello')] = 0x4a;
    await expectRefused(fileOf(archive), 'damaged');
  });

  it('is a database of which pages are gone', async () => {
    const path = databaseOf(
      `CREATE TABLE responses (id TEXT, model TEXT, prompt TEXT, response TEXT, conversation_id TEXT,
         datetime_utc TEXT)`,
      Array.from({length: 400}, (_, at) => [
        'INSERT INTO responses VALUES (?,?,?,?,?,?)',
        ...[`r${at}`, 'm', 'q'.repeat(200), 'a'.repeat(200), `c${at}`, '2024-01-01'],
      ]),
    );
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0xee, 8192));
    await expectRefused(path, 'cannot be read');
    await expectRefused(fileOf(bytes.subarray(0, 5000)), 'cannot be read');
  });
});

describe('an archive', () => {
  it('without a list of conversations is refused, and one with a password', async () => {
    await expectRefused(fileOf(zipSync({'a/readme.txt': Buffer.from('x')})), 'without a conversations.json');
    const locked = Buffer.from(zipSync({'conversations.json': Buffer.from(list(1))}));
    const entry = locked.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    locked[entry + 8] = 1;
    await expectRefused(fileOf(locked), 'password');
  });

  it('that would unpack to more than it says is refused before it fills the memory', async () => {
    const bomb = Buffer.from(zipSync({'conversations.json': Buffer.alloc(64 * 1024 * 1024, 0x20)}));
    expect(bomb.length).toBeLessThan(100_000);
    const entry = bomb.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    bomb.writeUInt32LE(1000, entry + 24);
    await expectRefused(fileOf(bomb), 'larger than it says');
    bomb.writeUInt32LE(0xfffffff0, entry + 24);
    await expectRefused(fileOf(bomb), 'holds too much');
  });

  it('may name its files as it likes: nothing is written', async () => {
    const store = freshStore();
    const path = fileOf(zipSync({'../../../../tmp/conversations.json': Buffer.from(list(2))}));
    expect(await importFile(store, path)).toMatchObject({added: 2});
  });

  it('with a directory made of anything is refused', async () => {
    const good = Buffer.from(zipSync({'conversations.json': Buffer.from(list(3))}));
    const end = good.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
    for (const [offset, value] of [
      [10, 0xfffe],
      [12, 0xfffffffe],
      [16, 0x7fffffff],
    ] as const) {
      const bad = Buffer.from(good);
      if (offset === 10) bad.writeUInt16LE(value, end + offset);
      else bad.writeUInt32LE(value, end + offset);
      const store = freshStore();
      await expect(importFile(store, fileOf(bad))).rejects.toMatchObject({kind: 'file'});
      expect(storedIn(store)).toEqual([]);
    }
  });
});

describe('a database', () => {
  it('of another program is refused with the names of those that are known', async () => {
    await expectRefused(databaseOf('CREATE TABLE bookmarks (id INTEGER, url TEXT)'), 'simonw/llm database');
  });

  it('of this program is refused with what to do', async () => {
    const path = join(temporaryFolder(), 'llm.db');
    openStore({path}).close();
    await expectRefused(path, 'a database of llm itself');
  });

  it('whose tables are views is refused: nobody knows what they would do', async () => {
    const path = databaseOf(
      `CREATE VIEW chat AS WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n)
         SELECT id, '' AS name, '' AS model FROM n;
       CREATE TABLE message (chat_id INTEGER, author TEXT, text TEXT);`,
    );
    await expectRefused(path, 'not known');
  });

  it('is not changed, and read while its own program writes to it', async () => {
    const path = databaseOf(
      `PRAGMA journal_mode = WAL;
       CREATE TABLE chat (id INTEGER, name TEXT, model TEXT); CREATE TABLE message (id INTEGER, chat_id INTEGER,
       author TEXT, text TEXT); INSERT INTO chat VALUES (1, 'one', 'm');
       INSERT INTO message VALUES (1, 1, 'user', 'hi');`,
    );
    const before = readFileSync(path);
    expect(await importFile(freshStore(), path)).toMatchObject({added: 1});
    expect(readFileSync(path)).toEqual(before);
    const writer = new DatabaseSync(path);
    writer.exec(`INSERT INTO chat VALUES (2, 'two', 'm'); INSERT INTO message VALUES (2, 2, 'user', 'hi');`);
    expect(await importFile(freshStore(), path)).toMatchObject({added: 2});
    writer.close();
  });

  it('may hold values of any type', async () => {
    const path = databaseOf(
      `CREATE TABLE chat (id, name, model, parameters); CREATE TABLE message (id, chat_id, author, text, images);
       INSERT INTO chat VALUES ('x', x'00ff', 3.5, '{"temperature": "hot"}'), (NULL, NULL, NULL, '[');
       INSERT INTO message VALUES (1, 'x', x'75', 7, 9), (2, NULL, 'user', NULL, NULL);`,
    );
    expect(await importFile(freshStore(), path)).toMatchObject({added: 0});
  });
});

describe('a session in YAML', () => {
  it('that grows by references is refused', async () => {
    const levels = Array.from({length: 12}, (_, at) =>
      at === 0
        ? 'a0: &a0 [x,x,x,x,x,x,x,x]'
        : `a${at}: &a${at} [${Array(8)
            .fill(`*a${at - 1}`)
            .join(',')}]`,
    );
    await expectRefused(fileOf(`${levels.join('\n')}\nmodel: x\nmessages: *a11\n`), 'not YAML');
  });
});
