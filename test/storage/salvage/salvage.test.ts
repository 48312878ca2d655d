import {existsSync, readdirSync, readFileSync, renameSync, writeFileSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {openDatabase} from '../../../src/storage/openDatabase.ts';
import {openStore, type Store} from '../../../src/storage/openStore.ts';
import {markDamaged} from '../../../src/storage/salvage/setAside.ts';
import {randoms} from '../../core/randoms.ts';
import {answer, emptyConversation, prompt, record} from '../sampleConversation.ts';
import {temporaryFolder} from '../temporaryFolder.ts';
import {breakTree, damage, fill, pageSize, storedDatabase, textOf} from './brokenStore.ts';

const now = () => Date.UTC(2026, 10, 29, 12);
const conversations = 12;
const turns = 10;

const messagesOf = (store: Store): Map<string, string> =>
  new Map(
    store
      .list({limit: 1000})
      .flatMap(({id}) => [...store.load(id).nodes.values()])
      .map(node => [node.id, node.text]),
  );

/** Opens the store and expects that it is whole again; its messages by id. */
function reopened(path: string): {store: Store; messages: Map<string, string>} {
  const store = openStore({path, now});
  const database = openDatabase(path);
  expect(database.all('PRAGMA integrity_check')).toEqual([{integrity_check: 'ok'}]);
  expect(database.all('PRAGMA foreign_key_check')).toEqual([]);
  expect(
    database.all("INSERT INTO message_words (message_words, rank) VALUES ('integrity-check', 1)"),
  ).toEqual([]);
  database.close();
  return {store, messages: messagesOf(store)};
}

function allTexts(): Map<string, string> {
  const texts = new Map<string, string>();
  for (let c = 0; c < conversations; c++) {
    for (let turn = 0; turn < turns; turn++) {
      texts.set(`c${c}-p${turn}`, textOf(`p${c}-${turn}`));
      texts.set(`c${c}-a${turn}`, textOf(`a${c}-${turn}`).repeat(turn % 5 === 4 ? 200 : 1));
    }
  }
  return texts;
}

describe('a database', () => {
  it('whose header is zeroed comes back with all that it held, and the person is told', () => {
    const path = storedDatabase(conversations, turns);
    damage(path, bytes => bytes.fill(0, 0, 100));
    const broken = readFileSync(path);
    const {store, messages} = reopened(path);
    expect(messages).toEqual(allTexts());
    expect(store.load('c3').nodes.get('c3-p1')?.attachments?.[0]).toMatchObject({name: 'a.png'});
    expect(store.search('p7-3', {limit: 5}).hits[0]?.message?.id).toBe('c7-p3');
    expect(store.list({limit: 1})[0]?.title).toMatch(/^title \d+$/);
    const kept = `${path}.broken-2026-11-29`;
    expect(store.warnings).toEqual([
      `${path} was damaged. Saved into a new one: 12 conversations with 240 messages; no message is known to be lost. The damaged file is kept: ${kept}`,
    ]);
    expect(readFileSync(kept)).toEqual(broken);
    store.close();
    const again = openStore({path, now});
    expect(again.warnings).toEqual([]);
    again.close();
    expect(readdirSync(dirname(path)).sort()).toEqual(['llm.db', 'llm.db.broken-2026-11-29']);
  });

  it('whose first page is gone comes back with all that it held', () => {
    const path = storedDatabase(conversations, turns);
    damage(path, bytes => bytes.fill(0x5a, 0, pageSize));
    const {store, messages} = reopened(path);
    expect(messages).toEqual(allTexts());
    store.close();
  });

  it.each([1, 2, 3, 4, 5, 6])(
    'of which random pages are overwritten (seed %i) comes back with all that other pages held',
    seed => {
      const path = storedDatabase(conversations, turns);
      const random = randoms(seed);
      const bytes = readFileSync(path);
      const pages = bytes.length / pageSize;
      for (let n = 0; n < pages / 10; n++) {
        const at = (1 + random(pages - 1)) * pageSize;
        for (let byte = at; byte < at + pageSize; byte++) bytes[byte] = random(256);
      }
      writeFileSync(path, bytes);
      // Not every page is looked at when a database is opened.
      markDamaged(path);
      const {store, messages} = reopened(path);
      const texts = allTexts();
      let right = 0;
      for (const [id, text] of messages) {
        const is = text === texts.get(id);
        if (is) right++;
        // Where its page is lost, something stands for a message that others follow; nothing else was made up.
        else expect([id, text]).toEqual([id, expect.stringMatching(/lost|^[pa]\d+-\d+ is said here/)]);
      }
      // A page of ten is overwritten, and a long text stands on several.
      expect(right).toBeGreaterThan(texts.size * 0.6);
      const [warning = ''] = store.warnings;
      expect(warning).toMatch(/lost: \d+ messages?\. The damaged file is kept/);
      expect(Number(/lost: (\d+)/.exec(warning)?.[1])).toBeLessThanOrEqual(texts.size - right);
      store.close();
    },
  );

  it('that was cut in half comes back with what the first half held', () => {
    const path = storedDatabase(conversations, turns);
    damage(path, bytes => bytes.subarray(0, Math.floor(bytes.length / 2) + 100));
    const {store, messages} = reopened(path);
    const texts = allTexts();
    const right = [...messages].filter(([id, text]) => texts.get(id) === text);
    expect(right.length).toBeGreaterThan(texts.size / 4);
    record(store, emptyConversation('new'), prompt('new-p', null, 'goes on'));
    expect(store.load('new').nodes.size).toBe(1);
    store.close();
  });

  it('that was emptied while its log is there comes back out of the log', () => {
    const path = join(temporaryFolder(), 'llm.db');
    const writing = openStore({path});
    fill(writing, 3, 4);
    const [database, log] = [readFileSync(path), readFileSync(`${path}-wal`)];
    expect(log.length).toBeGreaterThan(database.length);
    writing.close();
    writeFileSync(path, '');
    writeFileSync(`${path}-wal`, log);
    const {store, messages} = reopened(path);
    expect(messages.size).toBe(24);
    expect(store.warnings[0]).toContain('3 conversations with 24 messages; no message is known to be lost');
    expect(readFileSync(`${path}.broken-2026-11-29-wal`)).toEqual(log);
    store.close();
  });

  it('whose log is full of garbage opens with what was in the database itself', () => {
    const path = storedDatabase(3, 4);
    const random = randoms(9);
    writeFileSync(`${path}-wal`, Buffer.from(Array.from({length: 50_000}, () => random(256))));
    const {store, messages} = reopened(path);
    expect(messages.size).toBe(24);
    store.close();
  });

  it('that is none at all is kept as it is, and a new one is begun', () => {
    const path = join(temporaryFolder(), 'llm.db');
    const list = 'this is a shopping list, and a long one at that\n'.repeat(50);
    writeFileSync(path, list);
    const {store, messages} = reopened(path);
    expect(messages.size).toBe(0);
    expect(store.warnings).toHaveLength(1);
    expect(store.warnings[0]).toContain('Nothing could be read of it, so a new one was begun.');
    expect(readFileSync(`${path}.broken-2026-11-29`, 'utf8')).toBe(list);
    store.close();
  });

  it('is set aside under another name each time', () => {
    const path = join(temporaryFolder(), 'llm.db');
    for (const text of ['one', 'two', 'three']) {
      writeFileSync(path, text.repeat(1000));
      openStore({path, now}).close();
    }
    const name = `${basename(path)}.broken-2026-11-29`;
    expect(readdirSync(dirname(path)).sort()).toEqual(['llm.db', name, `${name}-2`, `${name}-3`]);
    expect(readFileSync(`${path}.broken-2026-11-29-2`, 'utf8')).toBe('two'.repeat(1000));
  });
});

describe('what is salvaged', () => {
  it('leaves out what had been deleted', () => {
    const path = storedDatabase(6, 10);
    const database = openDatabase(path);
    database.run("DELETE FROM conversations WHERE id = 'c2'");
    database.close();
    breakTree(path, 'messages_conversation');
    damage(path, bytes => void bytes.fill(0, pageSize, pageSize * 2));
    markDamaged(path);
    const {store, messages} = reopened(path);
    expect([...messages.keys()].filter(id => id.startsWith('c2-'))).toEqual([]);
    expect(messages.size).toBe(100);
    store.close();
  });

  it('holds conversations together of which messages or their own row are lost', () => {
    const path = storedDatabase(3, 4);
    const database = openDatabase(path);
    database.exec(`PRAGMA foreign_keys = OFF; DELETE FROM messages WHERE id IN ('c0-p2', 'c1-a3');
      DELETE FROM conversations WHERE id = 'c2'`);
    database.close();
    breakTree(path, 'messages_conversation');
    markDamaged(path);
    const {store} = reopened(path);
    const first = store.load('c0');
    expect([...first.nodes.keys()]).toEqual([
      'c0-p0',
      'c0-a0',
      'c0-p1',
      'c0-a1',
      'c0-p2',
      'c0-a2',
      'c0-p3',
      'c0-a3',
    ]);
    expect(first.nodes.get('c0-p2')).toMatchObject({
      role: 'user',
      parent: 'c0-a1',
      text: expect.stringContaining('lost'),
    });
    expect(store.load('c1').head).toBe('c1-p3');
    expect(store.load('c2')).toMatchObject({
      title: `${textOf('p2-0').trim().slice(0, 79)}…`,
      head: 'c2-a3',
      model: 'ollama/tiny:1b',
    });
    store.close();
  });

  it('keeps the answer that was being written as far as it had come', () => {
    const path = join(temporaryFolder(), 'llm.db');
    const writing = openStore({path});
    record(writing, emptyConversation('c'), prompt('p', null, 'hi'), {
      ...answer('a', 'p', ''),
      stop: 'streaming',
    });
    writing.appendChunk('a', {text: 'half ', reasoning: ''});
    writing.appendChunk('a', {text: 'of it', reasoning: ''});
    const checkpoint = openDatabase(path);
    checkpoint.all('PRAGMA wal_checkpoint(TRUNCATE)');
    checkpoint.close();
    breakTree(path, 'messages_conversation');
    markDamaged(path);
    const store = openStore({path, now});
    expect(store.load('c').nodes.get('a')).toMatchObject({stop: 'streaming', text: 'half of it'});
    // Who still writes into the old file is told, and goes on in the new one.
    expect(() => writing.appendChunk('a', {text: '!', reasoning: ''})).toThrow('replaced');
    writing.close();
    store.appendChunk('a', {text: '!', reasoning: ''});
    expect(store.load('c').nodes.get('a')?.text).toBe('half of it!');
    store.close();
    expect(existsSync(`${path}.damaged`)).toBe(false);
  });
});

describe('a damaged database', () => {
  it('of another program is refused and not touched', () => {
    const path = join(temporaryFolder(), 'llm.db');
    const foreign = openDatabase(path);
    foreign.exec('CREATE TABLE logs (id INTEGER PRIMARY KEY, text TEXT)');
    for (let n = 0; n < 500; n++) foreign.run('INSERT INTO logs (text) VALUES (?)', 'x'.repeat(500));
    foreign.close();
    damage(path, bytes => bytes.fill(7, 500));
    const before = readFileSync(path);
    expect(() => openStore({path})).toThrow('another program');
    expect(readFileSync(path)).toEqual(before);
  });

  it('that turns out to be whole, or was moved away, is left alone', () => {
    const path = storedDatabase(3, 4);
    markDamaged(path);
    const {store, messages} = reopened(path);
    expect([messages.size, store.warnings]).toEqual([24, []]);
    store.close();
    expect(readdirSync(dirname(path))).toEqual(['llm.db']);
    markDamaged(path);
    renameSync(path, `${path}.moved`);
    openStore({path}).close();
    expect(readdirSync(dirname(path)).sort()).toEqual(['llm.db', 'llm.db.moved']);
  });

  it('is refused where it is not to be salvaged, and salvaged at the next start', () => {
    const path = storedDatabase(3, 4);
    damage(path, bytes => bytes.fill(0, 0, 100));
    expect(() => openStore({path, onDamage: 'refuse'})).toThrow('damaged');
    expect(existsSync(`${path}.damaged`)).toBe(true);
    const {store, messages} = reopened(path);
    expect(messages.size).toBe(24);
    store.close();
  });
});
