import {describe, expect, it, vi} from 'vitest';
import type {CommandResult} from '../../src/commands/command.ts';
import {compact} from '../../src/commands/compact.ts';
import type {Model} from '../../src/core/backend.ts';
import {type Conversation, toMessages} from '../../src/core/conversation.ts';
import {LlmError} from '../../src/core/errors.ts';
import type {Message} from '../../src/core/message.ts';
import type {ModelWindow} from '../../src/core/modelWindow.ts';
import {estimateTokens} from '../../src/core/tokens.ts';
import {conversationOf, sessionOver} from '../core/sampleSession.ts';
import {createScriptedBackend} from '../core/scriptedBackend.ts';
import {fakeContext} from './fakeContext.ts';

const words = (count: number, word = 'word'): string => `${word} `.repeat(count);
const long = [1, 2, 3, 4].flatMap(turn => [words(200, `prompt${turn}`), words(200, `answer${turn}`)]);

function prepared(
  answers: (string | Error)[],
  {
    conversation = conversationOf(long, {system: 'S'}),
    window,
    lacks,
  }: {conversation?: Conversation; window?: ModelWindow; lacks?: Model['lacks']} = {},
) {
  const session = sessionOver(createScriptedBackend(), {conversation});
  const asked: (readonly Message[])[] = [];
  session.aside = async messages => {
    asked.push(messages);
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer ?? '';
  };
  const context = fakeContext(session, {
    contextWindow: async () => window,
    ...(lacks && {
      modelFacts: async id => ({
        model: {id, backend: 'test', lacks},
        backend: {local: true, contextSize: true, schema: true, images: true, thinking: true},
      }),
    }),
  });
  const run = async (argument = ''): Promise<CommandResult> => compact.run(argument, context);
  const sent = (): string =>
    toMessages(session.snapshot().conversation)
      .map(({text}) => text)
      .join('\n');
  return {session, asked, run, sent};
}

const textOf = (result: CommandResult): string => (result.type === 'notice' ? result.notice.text : '');

describe('/compact', () => {
  it('asks nothing of a model that does not do what it is told', async () => {
    const {asked, run, session} = prepared(['nonsense'], {lacks: ['instructions']});
    await expect(run()).rejects.toMatchObject({
      kind: 'capability',
      message: expect.stringContaining('cannot summarise'),
    });
    expect(asked).toEqual([]);
    expect(session.snapshot().conversation.shortened).toBeUndefined();
  });

  it('has all but the last two turns summarised, and sends the summary in their place', async () => {
    const {asked, run, sent, session} = prepared(['  They said prompts and answers.\n']);
    const result = await run('the file names');
    expect(asked).toHaveLength(1);
    const [system, user, ...more] = asked[0] ?? [];
    expect(more).toEqual([]);
    expect([system?.role, user?.role]).toEqual(['system', 'user']);
    for (const word of ['prompt1', 'answer1', 'prompt2', 'answer2', 'Above all keep: the file names'])
      expect(user?.text).toContain(word);
    expect(user?.text).not.toContain('prompt3');
    expect(sent()).toContain('S\n\nSummary of the conversation so far:\nThey said prompts and answers.\n');
    expect(sent()).not.toContain('answer2');
    expect(sent()).toContain('prompt3');
    expect(session.snapshot().conversation.shortened).toMatchObject({from: 'n5', until: 'n8'});
    expect(session.snapshot().conversation.nodes.size).toBe(8);
    expect(textOf(result)).toMatch(/^2 turns were summarised: about 2\.5k → 1\.3k tokens\./);
  });

  it('has everything summarised on demand', async () => {
    const {asked, run, sent} = prepared(['All of it.']);
    await run('all but briefly');
    expect(asked[0]?.[1]?.text).toContain('answer4');
    expect(asked[0]?.[1]?.text).toContain('Above all keep: but briefly');
    expect(sent()).toBe('S\n\nSummary of the conversation so far:\nAll of it.');
  });

  it('summarises the first summary too when it is asked again', async () => {
    const {asked, run, sent, session} = prepared(['FIRST', 'SECOND', 'THIRD']);
    await run();
    await run('all');
    expect(asked[1]?.[1]?.text).toContain('FIRST');
    expect(asked[1]?.[1]?.text).not.toContain('answer1');
    expect(asked[1]?.[1]?.text).toContain('prompt3');
    expect(sent()).toContain('SECOND');
    expect(sent()).not.toContain('FIRST');
    expect(session.snapshot().conversation.shortened?.from).toBe('n8');
  });

  it('summarises in pieces what does not fit the window, each with the summary of those before', async () => {
    const conversation = conversationOf([words(3_000), words(100), words(4_000), 'a', 'p', 'a', 'p', 'a']);
    const {asked, run} = prepared(['s1', 's2', 's3', 's4', 's5', 's6', 's7', 's8'], {
      conversation,
      window: {allocated: 4_096},
    });
    await run();
    expect(asked.length).toBeGreaterThan(2);
    for (const messages of asked) {
      const sum = messages.reduce((tokens, {text}) => tokens + estimateTokens(text), 0);
      expect(sum).toBeLessThan(4_096 - 1_024);
    }
    expect(asked[1]?.[1]?.text).toContain('s1');
    expect(asked.at(-1)?.[1]?.text).toContain(`s${asked.length - 1}`);
    const all = asked.map(messages => messages[1]?.text.match(/\bword\b/g)?.length ?? 0);
    // But for those words in which a message was cut.
    expect(all.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(7_090);
  });

  it('reads attached files too, and names images', async () => {
    const conversation = conversationOf(long);
    const nodes = new Map(conversation.nodes);
    const [first] = nodes.values();
    if (first)
      nodes.set(first.id, {
        ...first,
        attachments: [
          {kind: 'text', name: 'notes.txt', text: 'INSIDE'},
          {kind: 'image', name: 'cat.png', mediaType: 'image/png', data: new Uint8Array(3)},
        ],
      });
    const {asked, run} = prepared(['s'], {conversation: {...conversation, nodes}});
    await run();
    for (const word of ['notes.txt', 'INSIDE', 'cat.png']) expect(asked[0]?.[1]?.text).toContain(word);
    expect(asked[0]?.[1]?.attachments).toBeUndefined();
  });

  it.each([
    ['is empty', ' \n', /Nothing was compacted: the model gave no summary/],
    ['fails', new LlmError({kind: 'unreachable', message: 'no server'}), /Nothing was compacted: no server/],
    ['is stopped', new LlmError({kind: 'cancelled', message: 'stopped'}), /Nothing was compacted: stopped/],
    ['is no shorter', words(1_500), /would not be shorter/],
  ])('changes nothing when the summary %s', async (_how, answer, expected) => {
    const {run, session} = prepared([answer]);
    const before = session.snapshot().conversation;
    await expect(run()).rejects.toThrow(expected);
    expect(session.snapshot().conversation).toBe(before);
  });

  it('changes nothing when the conversation went on meanwhile', async () => {
    const {run, session} = prepared([]);
    session.aside = async () => {
      session.goTo('n2');
      return 'late';
    };
    await expect(run()).rejects.toThrow('has changed meanwhile');
    expect(session.snapshot().conversation.shortened).toBeUndefined();
  });

  it('asks nothing of the model where there is nothing to compact', async () => {
    const {run, asked} = prepared(['s'], {conversation: conversationOf(['p', 'a', 'p', 'a'])});
    expect(textOf(await run())).toContain('/compact all');
    const empty = prepared(['s'], {conversation: conversationOf([])});
    expect(textOf(await empty.run('all'))).toBe('There is nothing to compact yet.');
    expect([...asked, ...empty.asked]).toEqual([]);
  });

  it('sends everything again after off, and shows the summary on demand', async () => {
    const {run, sent, session} = prepared(['SUMMARY']);
    expect(textOf(await run('off'))).toBe('Everything is sent already.');
    expect(textOf(await run('show'))).toContain('No turns');
    const whole = sent();
    await run();
    expect(await run('show')).toEqual({type: 'notice', notice: {type: 'markdown', text: 'SUMMARY'}});
    expect(textOf(await run('off'))).toMatch(/^Everything is sent again: about \d\.\dk tokens\.$/);
    expect(sent()).toBe(whole);
    expect(textOf(await run('show'))).toContain('No turns');
    expect(textOf(await run('off'))).toBe('Everything is sent already.');
    await vi.waitFor(() => expect(session.snapshot().conversation.nodes.size).toBe(8));
  });
});
