import {describe, expect, it} from 'vitest';
import {databaseOf, freshStore, importFile, pixel, spoken, storedIn} from './importing.ts';

/** The tables of oterm 0.19 (src/oterm/store/store.py). */
const tables = `
CREATE TABLE IF NOT EXISTS "chat" (
  "id" INTEGER, "name" TEXT, "model" TEXT NOT NULL, "system" TEXT, "provider" TEXT DEFAULT "ollama",
  "parameters" TEXT DEFAULT "{}", "tools" TEXT DEFAULT "[]", "thinking" BOOLEAN DEFAULT 0,
  PRIMARY KEY("id" AUTOINCREMENT)
);
CREATE TABLE IF NOT EXISTS "message" (
  "id" INTEGER, "chat_id" INTEGER NOT NULL, "author" TEXT NOT NULL, "text" TEXT NOT NULL,
  "images" TEXT DEFAULT "[]", PRIMARY KEY("id" AUTOINCREMENT),
  FOREIGN KEY("chat_id") REFERENCES "chat"("id") ON DELETE CASCADE
);`;
const chat = 'INSERT INTO chat (name, model, system, provider, parameters, thinking) VALUES (?,?,?,?,?,?)';
const message = 'INSERT INTO message (chat_id, author, text, images) VALUES (?,?,?,?)';
const talk = [
  [chat, 'Sea', 'llava:7b', 'Be brief', 'ollama', '{"temperature": 0.2, "format": "json"}', 1],
  [chat, 'Sky', 'gpt-5', null, 'openai-chat', '{}', 0],
  [message, 1, 'user', 'What is this?', JSON.stringify([pixel.toString('base64'), 'no image'])],
  [message, 1, 'assistant', 'The sea', '[]'],
  [message, 2, 'user', 'And this?', 'not JSON'],
] as const;

describe("oterm's database", () => {
  it('gives its chats with system prompt, options, thinking and images', async () => {
    const store = freshStore();
    expect(await importFile(store, databaseOf(tables, talk))).toEqual({
      ...{added: 2, updated: 0, unchanged: 0, empty: 0, messages: 3},
      ...{format: 'oterm database', missing: 1},
    });
    const chats = storedIn(store);
    const sea = chats.find(({title}) => title === 'Sea');
    expect(sea).toMatchObject({
      model: 'ollama/llava:7b',
      system: 'Be brief',
      options: {temperature: 0.2},
      think: 'medium',
    });
    expect(spoken(sea)).toEqual(['user: What is this?', 'assistant: The sea']);
    expect([...(sea?.nodes.values() ?? [])][0]?.attachments).toEqual([
      {kind: 'image', name: 'image-1', mediaType: 'image/png', data: new Uint8Array(pixel)},
    ]);
    expect(chats.find(({title}) => title === 'Sky')?.model).toBe('openai/gpt-5');
  });

  it('adds nothing a second time, and what was said since', async () => {
    const store = freshStore();
    await importFile(store, databaseOf(tables, talk));
    expect(await importFile(store, databaseOf(tables, talk))).toMatchObject({unchanged: 2, messages: 0});
    const later = databaseOf(tables, [...talk, [message, 1, 'user', 'Sure?', '[]']]);
    expect(await importFile(store, later)).toMatchObject({updated: 1, unchanged: 1, messages: 1});
  });

  it('does not take the chats of two databases for the same because their numbers are', async () => {
    const store = freshStore();
    await importFile(store, databaseOf(tables, talk));
    const other = databaseOf(tables, [
      [chat, 'Sea', 'llava:7b', null, 'ollama', '{}', 0],
      [message, 1, 'user', 'Something else', '[]'],
    ]);
    expect(await importFile(store, other)).toMatchObject({added: 1});
  });

  it('may be older than providers', async () => {
    const old = databaseOf(
      `CREATE TABLE chat (id INTEGER PRIMARY KEY, name TEXT, model TEXT, system TEXT, format TEXT,
         parameters TEXT, keep_alive INTEGER, tools TEXT, type TEXT);
       CREATE TABLE message (id INTEGER PRIMARY KEY, chat_id INTEGER, author TEXT, text TEXT);
       INSERT INTO chat (id, name, model) VALUES (1, 'Old', 'mistral');
       INSERT INTO message VALUES (1, 1, 'user', 'hi');`,
    );
    const store = freshStore();
    await importFile(store, old);
    expect(storedIn(store)[0]).toMatchObject({title: 'Old', model: 'ollama/mistral'});
  });
});
