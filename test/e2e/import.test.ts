import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {zipSync} from 'fflate';
import {describe, expect, it} from 'vitest';
import {stringify} from 'yaml';
import {exportJson} from '../../src/storage/exportJson.ts';
import {exportMarkdown} from '../../src/storage/exportMarkdown.ts';
import {conversationOf} from '../core/sampleSession.ts';
import {databaseOf} from '../storage/import/importing.ts';
import {setUpStage} from './stage.ts';

const stage = setUpStage();

const chatGpt = JSON.stringify([
  {
    conversation_id: 'one',
    title: 'Sky',
    mapping: {a: {id: 'a', parent: null, message: {author: {role: 'user'}, content: {parts: ['why blue?']}}}},
  },
]);
const claude = JSON.stringify([
  {uuid: 'two', name: 'Sea', chat_messages: [{uuid: 'm', sender: 'human', text: 'why salt?'}]},
]);

describe('llm history import, as it is built', () => {
  it('reads every kind of file that it knows', async () => {
    const home = stage.folder();
    const written = (name: string, content: string | Uint8Array): string => {
      const file = path.join(home, name);
      writeFileSync(file, content);
      return file;
    };
    const files: [string, string][] = [
      ['prompt history', written('prompts', '\n# 2025-11-15 12:00:00.000000\n+hello\n')],
      ['ChatGPT export', written('chatgpt.json', chatGpt)],
      ['Claude export', written('claude.zip', zipSync({'conversations.json': Buffer.from(claude)}))],
      ['llm JSON export', written('own.json', exportJson(conversationOf(['q', 'a'])))],
      ['llm markdown export', written('own.md', exportMarkdown({...conversationOf(['q', 'a']), id: 'c2'}))],
      [
        'oterm database',
        databaseOf(`CREATE TABLE chat (id INTEGER, name TEXT, model TEXT);
          CREATE TABLE message (id INTEGER, chat_id INTEGER, author TEXT, text TEXT);
          INSERT INTO chat VALUES (1, 'one', 'm'); INSERT INTO message VALUES (1, 1, 'user', 'hi')`),
      ],
      [
        'elia database',
        databaseOf(`CREATE TABLE chat (id INTEGER, model TEXT, title TEXT, started_at TEXT, archived INTEGER);
          CREATE TABLE message (id INTEGER, chat_id INTEGER, role TEXT, content TEXT, timestamp TEXT, model TEXT);
          INSERT INTO chat VALUES (1, 'm', 'one', '2024-10-01 09:00:00', 0);
          INSERT INTO message VALUES (1, 1, 'user', 'ho', '2024-10-01 09:00:00', 'm')`),
      ],
      [
        'simonw/llm database',
        databaseOf(`CREATE TABLE responses (id TEXT, model TEXT, prompt TEXT, response TEXT, conversation_id TEXT,
            datetime_utc TEXT);
          INSERT INTO responses VALUES ('r', 'm', 'q', 'a', 'c', '2024-01-01')`),
      ],
      [
        'aichat session',
        written(
          'poet.yaml',
          stringify({model: 'openai:gpt-4o', messages: [{role: 'user', content: 'a poem'}]}),
        ),
      ],
    ];
    const {status, stdout, stderr} = await stage.run(
      ['history', 'import', ...files.map(([, file]) => file)],
      {home},
    );
    expect({status, stderr}).toEqual({status: 0, stderr: ''});
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map(line => line.replace(/,.*/, ''))).toEqual(
      files.map(([format, file], at) =>
        at === 0
          ? `${file} (${format}): 1 prompt added to the prompt history`
          : `${file} (${format}): 1 conversation added`,
      ),
    );
    expect(readFileSync(path.join(home, '.llm_chat_history'), 'utf8')).toContain('+hello\n');
  });
});
