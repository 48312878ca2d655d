import {zipSync} from 'fflate';
import {describe, expect, it} from 'vitest';
import {fileOf, freshStore, importFile, pixel, spoken, storedIn} from './importing.ts';

/*
 * The shape of `conversations.json` as described, out of real exports, in February 2026 (mohamed-chs/convoviz,
 * docs/dev/chatgpt-spec.md 3.0) and in mitkury/chatgpt-export-parser; the archive's names from the same.
 */
type Node = {id: string; message: object | null; parent: string | null; children: string[]};

const said = (role: string, content: object, more: object = {}): object => ({
  author: {role, name: null, metadata: {}},
  create_time: 1_700_000_010.5,
  update_time: null,
  content,
  status: 'finished_successfully',
  end_turn: true,
  weight: 1.0,
  recipient: 'all',
  channel: null,
  metadata: role === 'assistant' ? {model_slug: 'gpt-5', finish_details: {type: 'stop'}} : {},
  ...more,
});
const text = (...parts: unknown[]) => ({content_type: 'text', parts});

/** A conversation out of `[id, parent, message]`. */
function exported(
  nodes: readonly (readonly [string, string | null, object | null])[],
  more: object = {},
): Record<string, unknown> {
  const mapping: Record<string, Node> = {};
  for (const [id, parent, message] of nodes) {
    mapping[id] = {id, message: message && {id, ...message}, parent, children: []};
    if (parent !== null) mapping[parent]?.children.push(id);
  }
  return {
    title: 'Sky colours',
    create_time: 1_700_000_000.25,
    update_time: 1_700_000_100,
    mapping,
    moderation_results: [],
    current_node: nodes.at(-1)?.[0],
    conversation_id: '6995e870-eafc-83a6-ab22-d89ad9e2b447',
    id: '6995e870-eafc-83a6-ab22-d89ad9e2b447',
    default_model_slug: 'auto',
    is_archived: false,
    ...more,
  };
}

const hiddenStart = [
  ['root', null, null],
  ['sys', 'root', said('system', text(''), {metadata: {is_visually_hidden_from_conversation: true}})],
] as const;

const skyTalk = [
  ...hiddenStart,
  ['u1', 'sys', said('user', text('Why is the sky blue?'))],
  ['a1', 'u1', said('assistant', text('Scattering.'))],
] as const;

const jsonFile = (...conversations: object[]) => fileOf(JSON.stringify(conversations), 'conversations.json');

describe('a ChatGPT export', () => {
  it('gives its conversations, with titles, times and models', async () => {
    const store = freshStore();
    const counts = await importFile(store, jsonFile(exported(skyTalk)));
    expect(counts).toEqual({
      ...{added: 1, updated: 0, unchanged: 0, empty: 0, messages: 2},
      ...{format: 'ChatGPT export', missing: 0},
    });
    const [conversation] = storedIn(store);
    expect(spoken(conversation)).toEqual(['user: Why is the sky blue?', 'assistant: Scattering.']);
    expect(conversation).toMatchObject({
      title: 'Sky colours',
      created: 1_700_000_000_250,
      updated: 1_700_000_100_000,
      model: 'openai/gpt-5',
    });
    expect([...(conversation?.nodes.values() ?? [])][1]).toMatchObject({
      created: 1_700_000_010_500,
      model: 'openai/gpt-5',
      stop: 'stop',
    });
  });

  it('keeps every branch, and talks along the one that was shown', async () => {
    const store = freshStore();
    const talk = exported(
      [
        ...skyTalk,
        ['a1b', 'u1', said('assistant', text('Because of Rayleigh.'))],
        ['u1b', 'sys', said('user', text('Why is the sea blue?'))],
        ['a2', 'u1b', said('assistant', text('It absorbs red.'))],
      ],
      {current_node: 'a1b'},
    );
    await importFile(store, jsonFile(talk));
    const [conversation] = storedIn(store);
    expect(spoken(conversation)).toEqual(['user: Why is the sky blue?', 'assistant: Because of Rayleigh.']);
    expect([...(conversation?.nodes.values() ?? [])].map(node => node.text)).toEqual([
      ...['Why is the sky blue?', 'Scattering.', 'Because of Rayleigh.'],
      ...['Why is the sea blue?', 'It absorbs red.'],
    ]);
  });

  it('makes one answer of thinking, code, its output and text, and leaves searches out', async () => {
    const store = freshStore();
    const talk = exported([
      ...hiddenStart,
      ['u', 'sys', said('user', text('Add 2 and 2'))],
      [
        'th',
        'u',
        said('assistant', {
          content_type: 'thoughts',
          thoughts: [{summary: 'Adding', content: 'Two and two.'}],
        }),
      ],
      ['re', 'th', said('assistant', {content_type: 'reasoning_recap', content: 'Thought for 2s'})],
      [
        'se',
        're',
        said('assistant', {content_type: 'code', text: 'search("sum")'}, {recipient: 'web.search'}),
      ],
      ['sr', 'se', said('tool', {content_type: 'sonic_webpage', text: 'a page', url: 'https://x.example'})],
      ['py', 'sr', said('assistant', {content_type: 'code', text: 'print(2+2)'}, {recipient: 'python'})],
      ['ou', 'py', said('tool', {content_type: 'execution_output', text: '4'})],
      ['an', 'ou', said('assistant', text('It is \ue200cite\ue202turn0search0\ue2014.'))],
    ]);
    await importFile(store, jsonFile(talk));
    const [conversation] = storedIn(store);
    const nodes = [...(conversation?.nodes.values() ?? [])];
    expect(nodes).toHaveLength(2);
    expect(nodes[1]).toMatchObject({
      reasoning: '**Adding**\n\nTwo and two.',
      text: '```python\nprint(2+2)\n```\n\n```\n4\n```\n\nIt is 4.',
    });
  });

  it('does not join the steps of an answer where something branches', async () => {
    const store = freshStore();
    const talk = exported([
      ...hiddenStart,
      ['u', 'sys', said('user', text('q'))],
      ['s1', 'u', said('assistant', text('first'))],
      ['s2', 's1', said('assistant', text('one way'))],
      ['s3', 's1', said('assistant', text('another way'))],
    ]);
    await importFile(store, jsonFile(talk));
    const [conversation] = storedIn(store);
    expect(spoken(conversation)).toEqual(['user: q', 'assistant: first', 'assistant: another way']);
    expect(conversation?.nodes.size).toBe(4);
  });

  it('takes custom instructions for the system prompt, and shows canvas documents', async () => {
    const store = freshStore();
    const talk = exported([
      ['root', null, null],
      [
        'ci',
        'root',
        said(
          'user',
          {content_type: 'user_editable_context', user_profile: 'I am Ann.', user_instructions: 'Be brief.'},
          {metadata: {is_visually_hidden_from_conversation: true, is_user_system_message: true}},
        ),
      ],
      ['u', 'ci', said('user', text('write a loop'))],
      [
        'cv',
        'u',
        said(
          'assistant',
          {
            content_type: 'code',
            text: JSON.stringify({name: 'loop', type: 'code/python', content: 'for i in x:\n  pass'}),
          },
          {recipient: 'canmore.create_textdoc'},
        ),
      ],
      ['an', 'cv', said('assistant', text('There.'), {metadata: {finish_details: {type: 'max_tokens'}}})],
    ]);
    await importFile(store, jsonFile(talk));
    const [conversation] = storedIn(store);
    expect(conversation?.system).toBe('I am Ann.\n\nBe brief.');
    expect(spoken(conversation)[1]).toBe(
      'assistant: **loop**\n\n```python\nfor i in x:\n  pass\n```\n\nThere.',
    );
    expect([...(conversation?.nodes.values() ?? [])].at(-1)?.stop).toBe('length');
  });

  const withFiles = exported([
    ...hiddenStart,
    [
      'u',
      'sys',
      said(
        'user',
        {
          content_type: 'multimodal_text',
          parts: [
            {
              content_type: 'image_asset_pointer',
              asset_pointer: 'sediment://file_00000000abcd',
              size_bytes: 70,
            },
            {
              content_type: 'image_asset_pointer',
              asset_pointer: 'file-service://file-GoneGoneGone',
              size_bytes: 70,
            },
            'what is this?',
          ],
        },
        {
          metadata: {
            attachments: [
              {id: 'file_00000000abcd', name: 'photo.png', mime_type: 'image/png'},
              {id: 'file-Notes123', name: 'notes.txt', mimeType: 'text/plain'},
            ],
          },
        },
      ),
    ],
    ['a', 'u', said('assistant', text('a pixel'))],
  ]);
  const archive = (files: Record<string, Uint8Array>) => fileOf(zipSync(files), 'chatgpt.zip');

  it('is read from its archive, in parts, with the images and texts that lie there', async () => {
    const store = freshStore();
    const second = exported(skyTalk, {id: 'two', conversation_id: 'two', create_time: 1_800_000_000});
    const counts = await importFile(
      store,
      archive({
        'conversations-000.json': Buffer.from(JSON.stringify([withFiles])),
        'conversations-001.json': Buffer.from(JSON.stringify([second])),
        'user.json': Buffer.from('{"id":"u"}'),
        'user-xyz/file_00000000abcd-1234.png': pixel,
        'file-Notes123-notes.txt': Buffer.from('some notes'),
        '__MACOSX/conversations.json': Buffer.from('not JSON'),
      }),
    );
    expect(counts).toMatchObject({added: 2, messages: 4, missing: 1});
    const [conversation] = storedIn(store);
    const [first] = [...(conversation?.nodes.values() ?? [])];
    expect(first?.attachments).toEqual([
      {kind: 'image', name: 'photo.png', mediaType: 'image/png', data: new Uint8Array(pixel)},
      {kind: 'text', name: 'notes.txt', text: 'some notes'},
    ]);
  });

  it('counts the images that a bare conversations.json does not have', async () => {
    expect(await importFile(freshStore(), jsonFile(withFiles))).toMatchObject({added: 1, missing: 3});
  });

  it('adds nothing a second time, and only what is new of a later export', async () => {
    const store = freshStore();
    const path = jsonFile(exported(skyTalk));
    await importFile(store, path);
    const before = storedIn(store);
    expect(await importFile(store, path)).toMatchObject({
      added: 0,
      updated: 0,
      unchanged: 1,
      empty: 0,
      messages: 0,
    });
    expect(storedIn(store)).toEqual(before);
    const later = exported(
      [
        ...skyTalk,
        ['u2', 'a1', said('user', text('And at dusk?'))],
        ['a2', 'u2', said('assistant', text('Red.'))],
      ],
      {update_time: 1_700_009_000},
    );
    expect(await importFile(store, jsonFile(later))).toMatchObject({updated: 1, messages: 2});
    const [conversation] = storedIn(store);
    expect(spoken(conversation).slice(2)).toEqual(['user: And at dusk?', 'assistant: Red.']);
    expect(conversation?.updated).toBe(1_700_009_000_000);
  });

  it('survives circles, gaps, and fields of any type', async () => {
    const store = freshStore();
    const odd = exported([
      ['x', 'y', said('user', text('in a circle'))],
      ['y', 'x', said('assistant', text('also'))],
      ['z', 'nowhere', said('user', text('after a gap'))],
    ]);
    const [a, b] = [
      exported([], {id: 'e1', conversation_id: 'e1', current_node: 7}),
      exported([['q', null, said('user', {content_type: 9, parts: {a: 1}})]], {
        ...{
          id: 'e2',
          conversation_id: 'e2',
          title: ['x'],
          create_time: '1e400',
          update_time: Number.MAX_VALUE,
        },
      }),
    ];
    expect(await importFile(store, jsonFile(odd, a, b))).toMatchObject({added: 1, empty: 2, messages: 3});
  });

  it('may be a single conversation, or a list within an object', async () => {
    const store = freshStore();
    expect(await importFile(store, fileOf(JSON.stringify(exported(skyTalk))))).toMatchObject({added: 1});
    const wrapped = fileOf(JSON.stringify({conversations: [exported(skyTalk)]}));
    expect(await importFile(store, wrapped)).toMatchObject({unchanged: 1});
  });

  it('is no trouble when it is very long and deep', async () => {
    const nodes = Array.from({length: 4000}, (_, index): [string, string | null, object] => [
      `n${index}`,
      index === 0 ? null : `n${index - 1}`,
      said(index === 0 ? 'user' : 'assistant', text(`step ${index}`)),
    ]);
    const store = freshStore();
    await importFile(store, jsonFile(exported(nodes)));
    const [conversation] = storedIn(store);
    const all = spoken(conversation).join('\n');
    expect(nodes.every((_, index) => all.includes(`step ${index}`))).toBe(true);
  });
});
