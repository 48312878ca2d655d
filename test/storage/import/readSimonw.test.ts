import {describe, expect, it} from 'vitest';
import {databaseOf, freshStore, importFile, pixel, spoken, storedIn} from './importing.ts';

/** The older tables of simonw/llm's logs.db, as docs/logging.md of llm 0.32 has them. */
const older = `
CREATE TABLE "conversations" ("id" TEXT PRIMARY KEY, "name" TEXT, "model" TEXT);
CREATE TABLE "schemas" ("id" TEXT PRIMARY KEY, "content" TEXT);
CREATE TABLE "responses" (
  "id" TEXT PRIMARY KEY, "model" TEXT, "prompt" TEXT, "system" TEXT, "prompt_json" TEXT, "options_json" TEXT,
  "response" TEXT, "response_json" TEXT, "conversation_id" TEXT REFERENCES "conversations"("id"),
  "duration_ms" INTEGER, "datetime_utc" TEXT, "input_tokens" INTEGER, "output_tokens" INTEGER,
  "token_details" TEXT, "schema_id" TEXT REFERENCES "schemas"("id"), "resolved_model" TEXT, "reasoning" TEXT
);
CREATE VIRTUAL TABLE "responses_fts" USING FTS5 ("prompt", "response", content="responses");
CREATE TABLE "attachments" ("id" TEXT PRIMARY KEY, "type" TEXT, "path" TEXT, "url" TEXT, "content" BLOB);
CREATE TABLE "prompt_attachments" (
  "response_id" TEXT REFERENCES "responses"("id"), "attachment_id" TEXT REFERENCES "attachments"("id"),
  "order" INTEGER, PRIMARY KEY ("response_id", "attachment_id")
);
CREATE TABLE "fragments" (
  "id" INTEGER PRIMARY KEY, "hash" TEXT, "content" TEXT, "datetime_utc" TEXT, "source" TEXT
);
CREATE TABLE "prompt_fragments" (
  "response_id" TEXT, "fragment_id" INTEGER, "order" INTEGER,
  PRIMARY KEY ("response_id", "fragment_id", "order")
);
CREATE TABLE "system_fragments" (
  "response_id" TEXT, "fragment_id" INTEGER, "order" INTEGER,
  PRIMARY KEY ("response_id", "fragment_id", "order")
);`;

/** The newer ones, from llm/migrations.py (m023 to m027) of the same version. */
const newer = `
CREATE TABLE "messages" (
  "hash" TEXT PRIMARY KEY, "parent_hash" TEXT REFERENCES "messages"("hash"), "role" TEXT, "provider_metadata" TEXT
);
CREATE TABLE "parts" (
  "id" INTEGER PRIMARY KEY, "message_hash" TEXT REFERENCES "messages"("hash"), "position" INTEGER, "type" TEXT,
  "tool_name" TEXT, "text" TEXT, "payload" TEXT
);
CREATE TABLE "threads" (
  "id" TEXT PRIMARY KEY, "name" TEXT, "tip_message_hash" TEXT, "forked_from" TEXT, "datetime_utc" TEXT
);
CREATE TABLE "turns" (
  "id" TEXT PRIMARY KEY, "thread_id" TEXT REFERENCES "threads"("id"), "parent_message_hash" TEXT,
  "tip_message_hash" TEXT, "model" TEXT, "resolved_model" TEXT, "options_json" TEXT, "schema_id" TEXT,
  "input_tokens" INTEGER, "output_tokens" INTEGER, "token_details" TEXT, "duration_ms" INTEGER,
  "datetime_utc" TEXT, "response_json" TEXT
);`;

const response = `INSERT INTO responses (id, model, prompt, system, options_json, response, conversation_id,
  duration_ms, datetime_utc, input_tokens, output_tokens, reasoning) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)`;
const talk = [
  ['INSERT INTO conversations VALUES (?, ?, ?)', 'c1', 'Pelican names', 'gpt-4o-mini'],
  [
    response,
    ...['r1', 'gpt-4o-mini', 'Name a pelican', 'Be brief', '{"temperature": 0.5, "odd": 1}', 'Percy', 'c1'],
    ...[812, '2024-05-01T10:00:00.123456', 12, 3, null],
  ],
  [
    response,
    ...['r2', 'gpt-4o-mini', 'And a walrus', null, '{"temperature": 0.5}', 'Wallace', 'c1'],
    ...[90, '2024-05-01T10:01:00.000000+00:00', 20, 2, 'Hm, a walrus.'],
  ],
  [
    response,
    ...['r3', 'llama3.2:3b', 'alone', null, null, 'yes', null, null, '2024-05-02T10:00:00', null, null, null],
  ],
  ['INSERT INTO attachments VALUES (?, ?, ?, ?, ?)', 'at1', 'image/png', null, null, new Uint8Array(pixel)],
  ['INSERT INTO attachments VALUES (?, ?, ?, ?, ?)', 'at2', 'image/png', '/etc/passwd', null, null],
  ['INSERT INTO prompt_attachments VALUES (?, ?, ?)', 'r1', 'at1', 0],
  ['INSERT INTO prompt_attachments VALUES (?, ?, ?)', 'r1', 'at2', 1],
  ['INSERT INTO fragments VALUES (?, ?, ?, ?, ?)', 1, 'abc', 'about birds', null, 'docs/birds.md'],
  ['INSERT INTO prompt_fragments VALUES (?, ?, ?)', 'r1', 1, 0],
  ['INSERT INTO system_fragments VALUES (?, ?, ?)', 'r1', 1, 0],
] as const;

describe("simonw/llm's database in its older form", () => {
  it('gives prompts and answers with models, figures, options and files', async () => {
    const store = freshStore();
    expect(await importFile(store, databaseOf(older, talk))).toEqual({
      ...{added: 2, updated: 0, unchanged: 0, empty: 0, messages: 6},
      ...{format: 'simonw/llm database', missing: 1},
    });
    const [pelicans, alone] = storedIn(store);
    expect(spoken(pelicans)).toEqual([
      ...['user: Name a pelican', 'assistant: Percy'],
      ...['user: And a walrus', 'assistant: Wallace'],
    ]);
    expect(pelicans).toMatchObject({
      title: 'Pelican names',
      system: 'about birds\n\nBe brief',
      options: {temperature: 0.5},
      model: 'openai/gpt-4o-mini',
      created: Date.UTC(2024, 4, 1, 10, 0, 0, 123),
      updated: Date.UTC(2024, 4, 1, 10, 1),
    });
    const nodes = [...(pelicans?.nodes.values() ?? [])];
    expect(nodes[0]?.attachments).toEqual([
      {kind: 'text', name: 'birds.md', text: 'about birds'},
      {kind: 'image', name: 'attachment', mediaType: 'image/png', data: new Uint8Array(pixel)},
    ]);
    expect(nodes[1]).toMatchObject({
      model: 'openai/gpt-4o-mini',
      usage: {input: 12, output: 3, estimated: false},
      timing: {totalMs: 812},
    });
    expect(nodes[3]?.reasoning).toBe('Hm, a walrus.');
    expect(alone).toMatchObject({title: 'alone', model: 'ollama/llama3.2:3b'});
  });

  it('adds nothing a second time, and the next turns later', async () => {
    const store = freshStore();
    await importFile(store, databaseOf(older, talk));
    expect(await importFile(store, databaseOf(older, talk))).toMatchObject({unchanged: 2, messages: 0});
    const more = [
      response,
      ...['r9', 'gpt-4o-mini', 'And a gull', null, null, 'Steven', 'c1', 1, '2024-06-01', 1, 1, null],
    ] as const;
    expect(await importFile(store, databaseOf(older, [...talk, more]))).toMatchObject({
      updated: 1,
      unchanged: 1,
      messages: 2,
    });
    expect(spoken(storedIn(store)[0]).at(-1)).toBe('assistant: Steven');
  });

  it('may lack the columns and tables that came later', async () => {
    const path = databaseOf(
      `CREATE TABLE responses (id TEXT, model TEXT, prompt TEXT, response TEXT, conversation_id TEXT,
         datetime_utc TEXT)`,
      [['INSERT INTO responses VALUES (?,?,?,?,?,?)', 'r', 'phi', 'q', 'a', null, '2023-01-01']],
    );
    const store = freshStore();
    expect(await importFile(store, path)).toMatchObject({added: 1, messages: 2});
    // Nobody can tell whose model that is, so one is chosen when the talk goes on.
    expect(storedIn(store)[0]?.model).toBe('');
  });
});

/** As in the worked example of docs/logging.md; a hash depends on its content alone, so short ones do here. */
const message = (hash: string, parent: string | null, role: string) =>
  ['INSERT INTO messages VALUES (?, ?, ?, NULL)', hash, parent, role] as const;
const part = (hash: string, position: number, type: string, text: string | null, payload?: object) =>
  [
    'INSERT INTO parts (message_hash, position, type, text, payload) VALUES (?, ?, ?, ?, ?)',
    ...[hash, position, type, text, payload ? JSON.stringify(payload) : null],
  ] as const;
const turn = (id: string, thread: string, parent: string, tip: string, time: string) =>
  [
    'INSERT INTO turns VALUES (?, ?, ?, ?, ?, NULL, ?, NULL, 7, 5, NULL, 40, ?, NULL)',
    ...[id, thread, parent, tip, 'claude-sonnet-4.5', '{"temperature": 1}', time],
  ] as const;
const threads = [
  ['INSERT INTO threads VALUES (?, ?, ?, NULL, ?)', 't1', 'Names', 'm4', '2026-08-01'],
  ['INSERT INTO threads VALUES (?, ?, ?, ?, ?)', 't2', 'Fork', 'm6', 't1', '2026-08-02'],
  ['INSERT INTO threads VALUES (?, ?, ?, NULL, ?)', 'empty', 'Nothing', null, '2026-08-02'],
  message('m0', null, 'system'),
  part('m0', 0, 'text', 'Be kind'),
  message('m1', 'm0', 'user'),
  part('m1', 0, 'text', null, {text_ref: [{fragment: 1}, {literal: '\n\nName a pelican'}]}),
  part('m1', 1, 'attachment', null, {attachment: {id: 'at1'}}),
  message('m2', 'm1', 'assistant'),
  part('m2', 0, 'reasoning', 'A pelican …'),
  part('m2', 1, 'text', 'Percy'),
  message('m3', 'm2', 'user'),
  part('m3', 0, 'text', 'And a walrus'),
  message('m3c', 'm3', 'assistant'),
  part('m3c', 0, 'tool_call', null, {name: 'names', arguments: {}}),
  message('m3t', 'm3c', 'tool'),
  part('m3t', 0, 'tool_result', null, {name: 'names', output: 'Wallace'}),
  message('m4', 'm3t', 'assistant'),
  part('m4', 0, 'text', 'Wallace'),
  message('m5', 'm2', 'user'),
  part('m5', 0, 'text', 'And a gull'),
  message('m6', 'm5', 'assistant'),
  part('m6', 0, 'text', 'Steven'),
  turn('u1', 't1', 'm1', 'm2', '2026-08-01T10:00:00+00:00'),
  turn('u2', 't1', 'm3', 'm3c', '2026-08-01T10:01:00+00:00'),
  turn('u3', 't1', 'm3t', 'm4', '2026-08-01T10:02:00+00:00'),
  turn('u4', 't2', 'm5', 'm6', '2026-08-02T10:00:00+00:00'),
  ['INSERT INTO attachments VALUES (?, ?, ?, ?, ?)', 'at1', 'image/png', null, null, new Uint8Array(pixel)],
  ['INSERT INTO fragments VALUES (?, ?, ?, ?, ?)', 1, 'abc', 'about birds', null, 'docs/birds.md'],
] as const;

describe("simonw/llm's database in its newer form", () => {
  it('gives a conversation for each thread, what forks share in both of them', async () => {
    const store = freshStore();
    expect(await importFile(store, databaseOf(older + newer, threads))).toMatchObject({
      added: 2,
      messages: 8,
    });
    const [names, fork] = storedIn(store);
    expect(names).toMatchObject({
      title: 'Names',
      system: 'Be kind',
      model: 'anthropic/claude-sonnet-4.5',
      options: {temperature: 1},
    });
    expect(spoken(names)).toEqual([
      ...['user: Name a pelican', 'assistant: Percy'],
      ...['user: And a walrus', 'assistant: Wallace'],
    ]);
    expect(spoken(fork)).toEqual([
      ...['user: Name a pelican', 'assistant: Percy'],
      ...['user: And a gull', 'assistant: Steven'],
    ]);
    const [first, second] = [...(names?.nodes.values() ?? [])];
    expect(first?.attachments).toEqual([
      {kind: 'text', name: 'birds.md', text: 'about birds'},
      {kind: 'image', name: 'attachment', mediaType: 'image/png', data: new Uint8Array(pixel)},
    ]);
    expect(second).toMatchObject({
      reasoning: 'A pelican …',
      usage: {input: 7, output: 5, estimated: false},
      timing: {totalMs: 40},
      created: Date.UTC(2026, 7, 1, 10),
    });
  });

  it('adds to a conversation that was imported from the older tables', async () => {
    const store = freshStore();
    await importFile(store, databaseOf(older, talk));
    const upgraded = [
      ...talk,
      ['INSERT INTO threads VALUES (?, ?, ?, NULL, ?)', 'c1', 'Pelican names', 'n6', '2026-08-01'],
      ...['Name a pelican', 'Percy', 'And a walrus', 'Wallace', 'Thanks', 'Welcome'].flatMap((words, at) => [
        message(`n${at + 1}`, at === 0 ? null : `n${at}`, at % 2 === 0 ? 'user' : 'assistant'),
        part(`n${at + 1}`, 0, 'text', words),
      ]),
      turn('u9', 'c1', 'n5', 'n6', '2026-08-01T10:00:00+00:00'),
    ] as const;
    expect(await importFile(store, databaseOf(older + newer, upgraded))).toMatchObject({
      updated: 1,
      unchanged: 1,
      messages: 2,
    });
    expect(spoken(storedIn(store)[0])).toHaveLength(6);
  });

  it('ends where messages follow each other in a circle', async () => {
    const circle = [
      ['INSERT INTO threads VALUES (?, ?, ?, NULL, ?)', 't', 'x', 'a', '2026-08-01'],
      message('a', 'b', 'user'),
      message('b', 'a', 'assistant'),
      part('a', 0, 'text', 'one'),
      part('b', 0, 'text', 'two'),
      turn('u', 't', 'a', 'b', '2026-08-01'),
    ] as const;
    expect(await importFile(freshStore(), databaseOf(newer, circle))).toMatchObject({added: 1, messages: 2});
  });
});
