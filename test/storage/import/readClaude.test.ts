import {zipSync} from 'fflate';
import {describe, expect, it} from 'vitest';
import {fileOf, freshStore, importFile, spoken, storedIn} from './importing.ts';

/*
 * The shape of Claude's `conversations.json` as public readers of it have it in 2026 (Sinity/polylogue,
 * docs/providers/claude-ai.md, and others): a list of conversations with `chat_messages`.
 */
const message = (uuid: string, sender: string, content: object[], more: object = {}) => ({
  uuid,
  text: '',
  content,
  sender,
  created_at: '2026-01-01T10:00:01.500000Z',
  updated_at: '2026-01-01T10:00:01.500000Z',
  attachments: [],
  files: [],
  ...more,
});
const text = (words: string) => ({
  start_timestamp: '2026-01-01T10:00:01Z',
  stop_timestamp: '2026-01-01T10:00:02Z',
  type: 'text',
  text: words,
  citations: [],
});
const exported = (messages: object[], more: object = {}) => ({
  uuid: 'c0ffee00-0000-4000-8000-000000000001',
  name: 'Poems',
  summary: '',
  created_at: '2026-01-01T10:00:00.000000Z',
  updated_at: '2026-01-01T11:00:00.000000Z',
  account: {uuid: 'me'},
  chat_messages: messages,
  ...more,
});
const jsonFile = (...conversations: object[]) => fileOf(JSON.stringify(conversations));

const poem = [
  message('m1', 'human', [text('Write a poem')], {
    attachments: [{file_name: 'style.md', file_size: 9, file_type: 'txt', extracted_content: 'Use rhyme'}],
    files: [{file_name: 'style.md'}, {file_name: 'moon.jpg'}],
  }),
  message('m2', 'assistant', [
    {type: 'thinking', thinking: 'They like rhyme.', summaries: []},
    text('Here it is.'),
    {
      type: 'tool_use',
      name: 'artifacts',
      input: {id: 'a', title: 'Moon', command: 'create', language: 'text', content: 'Moon, ```soon```'},
    },
    {type: 'tool_result', name: 'artifacts', content: [{type: 'text', text: 'OK'}]},
    text('Enjoy.'),
  ]),
];

describe('a Claude export', () => {
  it('gives prompts with their texts, thinking, answers and artifacts', async () => {
    const store = freshStore();
    expect(await importFile(store, jsonFile(exported(poem)))).toEqual({
      ...{added: 1, updated: 0, unchanged: 0, empty: 0, messages: 2},
      ...{format: 'Claude export', missing: 1},
    });
    const [conversation] = storedIn(store);
    expect(conversation).toMatchObject({
      title: 'Poems',
      created: Date.UTC(2026, 0, 1, 10),
      updated: Date.UTC(2026, 0, 1, 11),
      model: '',
    });
    const [first, second] = [...(conversation?.nodes.values() ?? [])];
    expect(first).toMatchObject({
      role: 'user',
      text: 'Write a poem',
      created: Date.UTC(2026, 0, 1, 10, 0, 1, 500),
      attachments: [{kind: 'text', name: 'style.md', text: 'Use rhyme'}],
    });
    expect(second).toMatchObject({
      role: 'assistant',
      reasoning: 'They like rhyme.',
      text: 'Here it is.\n\n**Moon**\n\n````text\nMoon, ```soon```\n````\n\nEnjoy.',
      stop: 'stop',
    });
  });

  it('is read from its archive, and a second time adds nothing', async () => {
    const store = freshStore();
    const archive = fileOf(
      zipSync({
        'data/conversations.json': Buffer.from(JSON.stringify([exported(poem)])),
        'data/users.json': Buffer.from('[]'),
      }),
    );
    expect(await importFile(store, archive)).toMatchObject({added: 1});
    expect(await importFile(store, jsonFile(exported(poem)))).toMatchObject({unchanged: 1, messages: 0});
  });

  it('keeps branches where it says which message follows which', async () => {
    const root = '00000000-0000-4000-8000-000000000000';
    const at = (parent: string) => ({parent_message_uuid: parent});
    const talk = exported(
      [
        message('m1', 'human', [text('q')], at(root)),
        message('m2', 'assistant', [text('one')], at('m1')),
        message('m3', 'assistant', [text('two')], at('m1')),
        message('m4', 'human', [text('more')], at('m2')),
      ],
      {current_leaf_message_uuid: 'm4'},
    );
    const store = freshStore();
    await importFile(store, jsonFile(talk));
    const [conversation] = storedIn(store);
    expect(spoken(conversation)).toEqual(['user: q', 'assistant: one', 'user: more']);
    expect(conversation?.nodes.size).toBe(4);
  });

  it('has the text of older exports, which know no blocks, and adds what a later export has more', async () => {
    const store = freshStore();
    const old = [
      {uuid: 'o1', sender: 'human', text: 'hi', created_at: '2024-01-01T00:00:00+00:00'},
      {uuid: 'o2', sender: 'assistant', text: 'hello', created_at: 'no date'},
    ];
    await importFile(store, jsonFile(exported(old)));
    const later = jsonFile(exported([...old, message('o3', 'human', [text('more')])]));
    expect(await importFile(store, later)).toMatchObject({updated: 1, messages: 1});
    expect(spoken(storedIn(store)[0])).toEqual(['user: hi', 'assistant: hello', 'user: more']);
  });

  it('survives fields of any type', async () => {
    const odd = exported([
      null,
      7,
      {uuid: 1, sender: 'human', content: 'x', attachments: {}, files: 3},
    ] as object[]);
    expect(await importFile(freshStore(), jsonFile(odd))).toMatchObject({added: 0, messages: 0});
  });
});
