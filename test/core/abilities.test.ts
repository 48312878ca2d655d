import {describe, expect, it} from 'vitest';
import {isLacking, lackError, leaveOut, type ModelFacts, neededAbilities} from '../../src/core/abilities.ts';
import type {BackendCapabilities, Model} from '../../src/core/backend.ts';
import type {Attachment} from '../../src/core/message.ts';
import {sessionOver} from './sampleSession.ts';
import {createScriptedBackend, finish, text} from './scriptedBackend.ts';

const able: BackendCapabilities = {
  local: true,
  contextSize: true,
  schema: true,
  images: true,
  thinking: true,
};
const facts = (model: Partial<Model>, backend: Partial<BackendCapabilities> = {}): ModelFacts => ({
  model: {id: 'm', backend: 'x', ...model},
  backend: {...able, ...backend},
});
const photo: Attachment = {
  kind: 'image',
  name: 'photo "1".png',
  mediaType: 'image/png',
  data: new Uint8Array([1]),
};
const notes: Attachment = {kind: 'text', name: 'notes.md', text: 'some notes'};

describe('an ability', () => {
  it.each([
    ['nothing is known of the model', facts({}), false],
    ['the model has it', facts({capabilities: ['chat', 'vision']}), false],
    ['only others are known', facts({capabilities: ['chat', 'tools']}), false],
    ['the model lacks it', facts({capabilities: ['chat'], lacks: ['vision']}), true],
    ['the protocol has no room for it', facts({capabilities: ['chat']}, {images: false}), true],
    [
      'the model has it, whatever its protocol says',
      facts({capabilities: ['vision']}, {images: false}),
      false,
    ],
  ])('is lacking or not when %s', (_when, known, lacking) => {
    expect(isLacking('vision', known)).toBe(lacking);
  });

  it('is needed for images, thinking and a schema, and for nothing else', () => {
    const messages = [{attachments: [notes]}, {}, {attachments: [notes, photo]}];
    expect(neededAbilities(messages, {think: 'high', schema: {}})).toEqual(['vision', 'schema', 'thinking']);
    expect(neededAbilities([{attachments: [notes]}], {think: 'off'})).toEqual([]);
    expect(neededAbilities([], {})).toEqual([]);
  });

  it.each(['vision', 'thinking', 'schema'] as const)('that is missing (%s) says what to do', ability => {
    const error = lackError(ability, 'x/\u001b[2Jm');
    expect(error).toMatchObject({kind: 'capability', hint: expect.stringMatching(/\.$/)});
    expect(error.message).not.toContain('\u001b');
  });
});

describe('what a model is not sent', () => {
  const request = {
    model: 'm',
    messages: [
      {role: 'system' as const, text: 'be brief'},
      {role: 'user' as const, text: 'what is this?', attachments: [photo, notes]},
      {role: 'user' as const, text: '', attachments: [photo]},
    ],
    options: {seed: 1},
    think: 'high' as const,
    schema: {type: 'object'},
  };

  it('is nothing unless said', () => {
    expect(leaveOut(request, new Set())).toEqual(request);
  });

  it('is an image, in whose place a line stands; other files stay', () => {
    const {messages, ...rest} = leaveOut(request, new Set(['vision']));
    expect(rest).toMatchObject({think: 'high', schema: {type: 'object'}, options: {seed: 1}});
    expect(messages).toEqual([
      {role: 'system', text: 'be brief'},
      {
        role: 'user',
        text: 'what is this?\n[The image "photo \\"1\\".png" is not shown.]',
        attachments: [notes],
      },
      {role: 'user', text: '[The image "photo \\"1\\".png" is not shown.]'},
    ]);
  });

  it('is the level of thinking, or the schema', () => {
    expect(leaveOut(request, new Set(['thinking']))).not.toHaveProperty('think');
    expect(leaveOut(request, new Set(['thinking']))).toHaveProperty('schema');
    expect(leaveOut(request, new Set(['schema']))).not.toHaveProperty('schema');
  });
});

describe('a session that leaves something out', () => {
  it('does so for one model of one conversation, and keeps what it has', async () => {
    const backend = createScriptedBackend();
    const session = sessionOver(backend);
    const sent = () => backend.requests.at(-1)?.messages.at(-1);
    session.leaveOut('test/model', 'vision');
    backend.enqueue(text('a'), finish());
    await session.send('look', {attachments: [photo]});
    expect(sent()).not.toHaveProperty('attachments');
    const [prompt] = session.snapshot().conversation.nodes.values();
    expect(prompt).toMatchObject({text: 'look', attachments: [photo]});

    backend.enqueue(text('b'), finish());
    await session.retry({model: 'test/other'});
    expect(sent()).toMatchObject({text: 'look', attachments: [photo]});

    await session.fork();
    backend.enqueue(text('c'), finish());
    await session.retry();
    expect(sent()).toMatchObject({text: 'look', attachments: [photo]});
  });
});
