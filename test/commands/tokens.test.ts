import stringWidth from 'string-width';
import {describe, expect, it} from 'vitest';
import type {CommandContext} from '../../src/commands/command.ts';
import {tokens} from '../../src/commands/tokens.ts';
import type {Conversation} from '../../src/core/conversation.ts';
import type {ModelWindow} from '../../src/core/modelWindow.ts';
import {conversationOf, emptyConversation, sessionOver} from '../core/sampleSession.ts';
import {createScriptedBackend} from '../core/scriptedBackend.ts';
import {fakeContext} from './fakeContext.ts';

const words = (count: number): string => 'word '.repeat(count);

async function shown(
  conversation: Conversation,
  window?: ModelWindow,
  prepare: (context: CommandContext) => void = () => {},
): Promise<string> {
  const session = sessionOver(createScriptedBackend(), {conversation});
  const context = fakeContext(session, {contextWindow: async () => window});
  prepare(context);
  const result = await tokens.run('', context);
  if (result.type !== 'notice' || result.notice.type !== 'text') throw new Error('no text');
  return result.notice.text;
}

describe('/tokens', () => {
  it('shows each part with its tokens, its share and a bar, in 40 columns', async () => {
    const conversation = conversationOf([words(1_000), words(1_000)], {system: words(400)});
    const text = await shown(conversation, {allocated: 8_192}, context =>
      context.attachments.put([{kind: 'text', name: 'a.txt', text: words(800)}]),
    );
    const lines = text.split('\n');
    expect(lines.slice(0, 8)).toEqual([
      'test/model: about 3.2k of 8.2k tokens (40 %)',
      '',
      'system        408    5 %  ▊',
      'files         815   10 %  █▍',
      'history     2,016   25 %  ███▌',
      'answer      1,024   13 %  █▊',
      'free        3,929   48 %  ██████▊',
      '',
    ]);
    expect(lines[8]).toBe('The window of 8,192 tokens is what the server has allocated.');
    for (const line of lines.slice(2, 7)) expect(stringWidth(line)).toBeLessThanOrEqual(40);
  });

  it.each([
    [
      {allocated: 4_096, max: 32_768, growable: true},
      {},
      /4,096 tokens is what is allocated; it grows to 32,768/,
    ],
    [{allocated: 4_096, max: 4_096, growable: true}, {}, /4,096 tokens is the most that the model allows\.$/],
    [{max: 32_768, growable: true}, {num_ctx: 2_048}, /2,048 tokens is what num_ctx is set to/],
    [{max: 32_768}, {num_ctx: 2_048}, /32,768 tokens is the most that the model allows/],
    [undefined, {}, /not known/],
  ])('says of %j with %j where the window is from', async (window, options, expected) => {
    expect(await shown(emptyConversation({options}), window)).toMatch(expected);
  });

  it('says how many turns do not fit, and how many are left out', async () => {
    const texts = [words(900), words(900), words(900), words(900), 'p3', 'a3'];
    expect(await shown(conversationOf(texts), {allocated: 4_000})).toContain(
      'too long by the oldest 1 of 3 turns: /compact',
    );
    expect(await shown(conversationOf(texts), {allocated: 8_000})).not.toContain('too long');
    const shortened = {from: 'n3', summary: ''};
    expect(await shown(conversationOf(texts, {shortened}), {allocated: 4_000})).toContain(
      '2 earlier messages are not sent: /compact off',
    );
  });

  it('shows what the server counted without saying about, and that images are guessed', async () => {
    const conversation = conversationOf(['p', 'a']);
    const nodes = new Map(conversation.nodes);
    for (const node of [...nodes.values()].filter(({role}) => role === 'assistant'))
      nodes.set(node.id, {...node, usage: {input: 100, output: 20, estimated: false}});
    expect(await shown({...conversation, nodes}, {allocated: 1_000})).toMatch(
      /^test\/model: 120 of 1.0k tokens/,
    );
    const image = {kind: 'image', name: 'i.png', mediaType: 'image/png', data: new Uint8Array(3)} as const;
    expect(
      await shown({...conversation, nodes}, undefined, ({attachments}) => attachments.put([image])),
    ).toContain('What images take is a guess.');
  });

  it('has its bars only for the eye', async () => {
    const session = sessionOver(createScriptedBackend(), {conversation: conversationOf(['p', 'a'])});
    const result = await tokens.run(
      '',
      fakeContext(session, {contextWindow: async () => ({allocated: 4000})}),
    );
    const notice = result.type === 'notice' && result.notice.type === 'text' ? result.notice : undefined;
    expect(notice?.text).toContain('█');
    expect(notice?.spoken).toMatch(/^free +[\d,]+ +\d+ %$/m);
    expect(notice?.spoken).not.toMatch(/[█▏▎▍▌▋▊▉]/);
  });

  it('shows what it can when the server cannot be asked', async () => {
    const session = sessionOver(createScriptedBackend(), {conversation: conversationOf(['p', 'a'])});
    const contextWindow = async () => {
      throw new Error('no server');
    };
    const result = await tokens.run('', fakeContext(session, {contextWindow}));
    expect(JSON.stringify(result)).toContain('not known');
  });
});
