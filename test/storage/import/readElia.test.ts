import {describe, expect, it} from 'vitest';
import {databaseOf, freshStore, importFile, spoken, storedIn} from './importing.ts';

/** The tables of elia 1.10, as SQLAlchemy makes them of elia_chat/database/models.py. */
const tables = `
CREATE TABLE system_prompt (
  id INTEGER NOT NULL, title VARCHAR NOT NULL, prompt VARCHAR NOT NULL,
  created_at DATETIME DEFAULT (CURRENT_TIMESTAMP), PRIMARY KEY (id)
);
CREATE TABLE chat (
  id INTEGER NOT NULL, model VARCHAR NOT NULL, title VARCHAR, started_at DATETIME DEFAULT (CURRENT_TIMESTAMP),
  archived BOOLEAN NOT NULL, PRIMARY KEY (id)
);
CREATE TABLE message (
  id INTEGER NOT NULL, chat_id INTEGER, role VARCHAR NOT NULL, content VARCHAR NOT NULL,
  timestamp DATETIME DEFAULT (CURRENT_TIMESTAMP), meta JSON, parent_id INTEGER, model VARCHAR,
  PRIMARY KEY (id), FOREIGN KEY(chat_id) REFERENCES chat (id), FOREIGN KEY(parent_id) REFERENCES message (id)
);`;
const message = `INSERT INTO message (chat_id, role, content, timestamp, meta, model) VALUES (?,?,?,?,'{}',?)`;
const talk = [
  ['INSERT INTO chat VALUES (?,?,?,?,?)', 1, 'elia-gpt-4o', 'Limericks', '2024-10-01 09:00:00.000000', 0],
  [message, 1, 'system', 'You are helpful.', '2024-10-01 09:00:00', 'elia-gpt-4o'],
  [message, 1, 'user', 'A limerick', '2024-10-01 09:00:01', 'elia-gpt-4o'],
  [message, 1, 'assistant', 'There once was', '2024-10-01 09:00:05', 'groq/llama3-70b'],
] as const;

describe("elia's database", () => {
  it('gives its chats with system prompt, times and models', async () => {
    const store = freshStore();
    expect(await importFile(store, databaseOf(tables, talk))).toMatchObject({
      ...{added: 1, messages: 2, format: 'elia database'},
    });
    const [chat] = storedIn(store);
    expect(chat).toMatchObject({
      title: 'Limericks',
      system: 'You are helpful.',
      model: 'groq/llama3-70b',
      created: Date.UTC(2024, 9, 1, 9),
    });
    expect(spoken(chat)).toEqual(['user: A limerick', 'assistant: There once was']);
    expect([...(chat?.nodes.values() ?? [])][1]?.created).toBe(Date.UTC(2024, 9, 1, 9, 0, 5));
  });

  it('adds nothing a second time, and what was said since', async () => {
    const store = freshStore();
    await importFile(store, databaseOf(tables, talk));
    expect(await importFile(store, databaseOf(tables, talk))).toMatchObject({unchanged: 1, messages: 0});
    const later = databaseOf(tables, [...talk, [message, 1, 'user', 'Go on', '2024-10-01 09:01:00', null]]);
    expect(await importFile(store, later)).toMatchObject({updated: 1, messages: 1});
  });
});
