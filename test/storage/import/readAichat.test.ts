import {describe, expect, it} from 'vitest';
import {stringify} from 'yaml';
import {fileOf, freshStore, importFile, pixel, spoken, storedIn} from './importing.ts';

/** A session as aichat 0.30 writes it (src/config/session.rs, src/client/message.rs). */
const session = {
  model: 'openai:gpt-4o',
  temperature: 0.3,
  top_p: null,
  save_session: true,
  role_name: 'poet',
  messages: [
    {role: 'system', content: 'You are a poet.'},
    {
      role: 'user',
      content: [
        {type: 'text', text: 'What is this?'},
        {type: 'image_url', image_url: {url: `data:image/png;base64,${pixel.toString('base64')}`}},
        {type: 'image_url', image_url: {url: 'https://example.org/x.png'}},
      ],
    },
    {role: 'tool', content: {tool_results: [], text: '', sequence: false}},
    {role: 'assistant', content: 'A pixel:\n\n- small\n- # clear\n'},
  ],
  data_urls: {abc: '/home/me/pixel.png'},
};
const yamlFile = (value: object, name = 'sky and sea.yaml') => fileOf(stringify(value), name);

describe('an aichat session', () => {
  it('is a conversation named after its file', async () => {
    const store = freshStore();
    expect(await importFile(store, yamlFile(session))).toEqual({
      ...{added: 1, updated: 0, unchanged: 0, empty: 0, messages: 2},
      ...{format: 'aichat session', missing: 1},
    });
    const [conversation] = storedIn(store);
    expect(conversation).toMatchObject({
      title: 'sky and sea',
      model: 'openai/gpt-4o',
      system: 'You are a poet.',
      options: {temperature: 0.3},
    });
    expect(spoken(conversation)).toEqual([
      'user: What is this?',
      'assistant: A pixel:\n\n- small\n- # clear\n',
    ]);
    expect([...(conversation?.nodes.values() ?? [])][0]?.attachments).toEqual([
      {kind: 'image', name: 'image-1', mediaType: 'image/png', data: new Uint8Array(pixel)},
    ]);
  });

  it('adds nothing a second time, under another name too, and what was said since', async () => {
    const store = freshStore();
    await importFile(store, yamlFile(session));
    expect(await importFile(store, yamlFile(session, 'copy.yaml'))).toMatchObject({unchanged: 1});
    const longer = {...session, messages: [...session.messages, {role: 'user', content: 'Thanks'}]};
    expect(await importFile(store, yamlFile(longer))).toMatchObject({updated: 1, messages: 1});
  });

  it('has what was compressed, whole, and the original system prompt', async () => {
    const store = freshStore();
    await importFile(store, yamlFile(session));
    const compressed = {
      ...session,
      compressed_messages: session.messages,
      messages: [
        {role: 'system', content: 'You are a poet.\n\nSummary: a pixel was seen.'},
        {role: 'user', content: 'And now?'},
        {role: 'assistant', content: 'Now more.'},
      ],
    };
    expect(await importFile(store, yamlFile(compressed))).toMatchObject({updated: 1, messages: 2});
    const [conversation] = storedIn(store);
    expect(conversation?.system).toBe('You are a poet.');
    expect(spoken(conversation).slice(2)).toEqual(['user: And now?', 'assistant: Now more.']);
  });

  it('of a temporary name is called by its first prompt', async () => {
    const store = freshStore();
    await importFile(store, yamlFile(session, '20260102T030405.yaml'));
    expect(storedIn(store)[0]?.title).toBe('What is this?');
  });
});
