import {afterEach, describe, expect, it, vi} from 'vitest';
import type {Choice, CommandContext, CommandResult, Notice} from '../../src/commands/command.ts';
import {createContextGuard} from '../../src/commands/contextGuard.ts';
import type {Model} from '../../src/core/backend.ts';
import {type Conversation, toMessages} from '../../src/core/conversation.ts';
import {LlmError} from '../../src/core/errors.ts';
import type {ModelWindow} from '../../src/core/modelWindow.ts';
import {conversationOf, emptyConversation, sessionOver} from '../core/sampleSession.ts';
import {createScriptedBackend, gate} from '../core/scriptedBackend.ts';
import {fakeContext} from './fakeContext.ts';

const words = (count: number): string => 'word '.repeat(count);
/** About 2,400 tokens in three turns. */
const turns = [1, 2, 3].flatMap(() => [words(400), words(392)]);

function prepared(
  conversation: Conversation,
  windows: Record<string, ModelWindow> | (() => Promise<ModelWindow | undefined>),
  change: Partial<CommandContext> = {},
) {
  const session = sessionOver(createScriptedBackend(), {conversation});
  let asked = 0;
  const context = fakeContext(session, {
    listModels: async () => [],
    contextWindow: async model => {
      asked += 1;
      return typeof windows === 'function' ? windows() : windows[model];
    },
    ...change,
  });
  const notices: Notice[] = [];
  const guard = createContextGuard(context, notice => notices.push(notice));
  const sent = (): string[] => toMessages(session.snapshot().conversation).map(({text}) => text);
  return {session, context, guard, notices, sent, asked: () => asked};
}

function question(result: CommandResult | undefined): {
  title: string;
  draft?: string;
  choices: readonly Choice[];
} {
  if (result?.type !== 'choose') throw new Error(`no question but ${JSON.stringify(result)}`);
  return result;
}

const labels = (result: CommandResult | undefined): string[] =>
  question(result).choices.map(({label}) => label);

async function choose(result: CommandResult | undefined, label: string): Promise<CommandResult> {
  const choice = question(result).choices.find(each => each.label === label);
  if (!choice || !('run' in choice)) throw new Error(`no choice ${label}`);
  return choice.run();
}

afterEach(() => {
  vi.useRealTimers();
});

describe('the context guard', () => {
  it('lets through what fits, without asking the server where every window is large enough', async () => {
    const {guard, asked, notices} = prepared(emptyConversation(), {'test/model': {allocated: 4_096}});
    expect(await guard('hello', [])).toBeUndefined();
    expect(asked()).toBe(1);
    await guard(words(500), []);
    await guard(words(500), []);
    expect(asked()).toBe(1);
    expect(notices).toEqual([]);
  });

  it.each([
    ['nobody knows', async () => undefined],
    [
      'cannot be asked for',
      async () => {
        throw new Error('no server');
      },
    ],
  ])('never holds a prompt up for a window that %s', async (_how, window) => {
    const {guard} = prepared(emptyConversation(), window);
    for (let count = 0; count < 3; count++) expect(await guard(words(50_000), [])).toBeUndefined();
  });

  it('does not wait long for a server that does not answer, and not at all for a short prompt', async () => {
    const {step, open} = gate();
    const {guard} = prepared(emptyConversation(), async () => {
      await step;
      return {allocated: 2_000};
    });
    vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout']});
    expect(await guard('hello', [])).toBeUndefined();
    const long = guard(words(3_000), []);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await long).toBeUndefined();
    open();
  });

  it('asks about what does not fit beside the answer, and gives the prompt back', async () => {
    const {guard} = prepared(conversationOf(turns), {'test/model': {allocated: 3_000}});
    const result = await guard(words(100), []);
    expect(question(result)).toMatchObject({
      title: 'This needs about 3.3k of 3.0k tokens',
      draft: words(100),
    });
    expect(labels(result)).toEqual([
      'Compact the earlier turns',
      'Leave out the oldest turn',
      'Send it anyway',
    ]);
    for (const {detail} of question(result).choices) expect(detail).toBeTruthy();
    expect(await choose(result, 'Send it anyway')).toEqual({type: 'send'});
  });

  it('offers no summary by a model that does not do what it is told', async () => {
    const backend = {local: true, contextSize: true, schema: true, images: true, thinking: true};
    const {guard} = prepared(
      conversationOf(turns),
      {'test/model': {allocated: 3_000}},
      {modelFacts: async id => ({model: {id, backend: 'test', lacks: ['instructions']}, backend})},
    );
    expect(labels(await guard(words(100), []))).toEqual(['Leave out the oldest turn', 'Send it anyway']);
  });

  it('asks before it is too late when the window grows no further, and not before', async () => {
    const window = {allocated: 2_048, max: 4_096, growable: true};
    const grows = prepared(conversationOf(turns), {'test/model': window});
    expect(await grows.guard(words(100), [])).toBeUndefined();
    const full = await grows.guard(words(1_000), []);
    expect(question(full).title).toBe('This needs about 4.5k of 4.1k tokens');
    expect(labels(full)).not.toContain('Set num_ctx to 8,192');
    const endless = prepared(conversationOf(turns), {'test/model': {allocated: 2_048, growable: true}});
    expect(await endless.guard(words(9_000), [])).toBeUndefined();
  });

  it('leaves out as few of the oldest turns as will do', async () => {
    const {guard, sent} = prepared(conversationOf(turns, {system: 'S'}), {'test/model': {allocated: 3_000}});
    const result = await guard(words(700), []);
    expect(await choose(result, 'Leave out the oldest 2 turns')).toEqual({type: 'send'});
    expect(sent()).toEqual(['S', words(400), words(392)]);
  });

  it('compacts and then sends, and says what it did', async () => {
    const {guard, session, sent, notices} = prepared(conversationOf(turns), {
      'test/model': {allocated: 3_000},
    });
    session.aside = async () => 'SHORT';
    const result = await guard(words(100), []);
    expect(question(result).choices[0]?.detail).toBe('summarises all but the last two, then sends');
    expect(await choose(result, 'Compact the earlier turns')).toEqual({type: 'send'});
    expect(sent()[0]).toContain('SHORT');
    expect(sent()[0]).not.toContain('word');
    expect(notices).toMatchObject([
      {tone: 'success', text: expect.stringMatching(/summarised: about 2\.4k → /)},
    ]);
  });

  it('asks again, without that choice, when compacting fails', async () => {
    const {guard, session, notices} = prepared(conversationOf(turns), {'test/model': {allocated: 3_000}});
    session.aside = async () => {
      throw new LlmError({kind: 'unreachable', message: 'no server'});
    };
    const again = await choose(await guard(words(100), []), 'Compact the earlier turns');
    expect(labels(again)).toEqual(['Leave out the oldest turn', 'Send it anyway']);
    expect(question(again).draft).toBe(words(100));
    expect(notices).toMatchObject([
      {tone: 'error', text: expect.stringContaining('Nothing was compacted: no server')},
    ]);
    expect(session.snapshot().conversation.shortened).toBeUndefined();
  });

  it('offers a larger num_ctx where a smaller one is set and the model allows it', async () => {
    const conversation = conversationOf(turns, {options: {num_ctx: 2_048, temperature: 0}});
    const {guard, session} = prepared(conversation, {
      'test/model': {allocated: 2_048, max: 32_768, growable: true},
    });
    expect(await choose(await guard(words(100), []), 'Set num_ctx to 4,096')).toMatchObject({type: 'send'});
    expect(session.snapshot().conversation.options).toEqual({num_ctx: 4_096, temperature: 0});
    const fixed = prepared(conversation, {'test/model': {allocated: 2_048, max: 32_768}});
    expect(labels(await fixed.guard(words(100), [])).join()).not.toContain('num_ctx');
    const small = prepared(conversation, {'test/model': {max: 3_000, growable: true}});
    expect(labels(await small.guard(words(1_000), [])).join()).not.toContain('num_ctx');
  });

  it('names up to three other models whose window is large enough, the loaded ones first', async () => {
    const models: Model[] = [
      {id: 'model', backend: 'test'},
      {id: 'small', backend: 'test'},
      {id: 'listed-small', backend: 'test', contextMax: 2_000},
      {id: 'words', backend: 'test', capabilities: ['embedding']},
      {id: 'silent', backend: 'test'},
      ...['a', 'b', 'c'].map(id => ({id, backend: 'other'})),
      {id: 'warm', backend: 'other', loaded: true},
    ];
    const windows: Record<string, ModelWindow> = {
      'test/model': {allocated: 3_000},
      'test/small': {allocated: 2_000, max: 90_000},
    };
    for (const name of ['a', 'b', 'c', 'warm']) windows[`other/${name}`] = {max: 32_768};
    for (const name of ['listed-small', 'words']) windows[`test/${name}`] = {max: 32_768};
    const {guard, session} = prepared(conversationOf(turns), windows, {listModels: async () => models});
    const result = await guard(words(100), []);
    expect(labels(result).filter(label => label.startsWith('Ask'))).toEqual([
      'Ask other/warm',
      'Ask other/a',
      'Ask other/b',
    ]);
    expect(await choose(result, 'Ask other/warm')).toEqual({type: 'send'});
    expect(session.snapshot().conversation.model).toBe('other/warm');
  });

  it('says so when the prompt alone is too long, and offers to send it without its files', async () => {
    const file = {kind: 'text', name: 'big.txt', text: words(5_000)} as const;
    const {guard, context} = prepared(conversationOf(turns), {'test/model': {allocated: 4_096}});
    context.attachments.put([file]);
    const result = await guard('Sum this up', context.attachments.pending());
    expect(question(result).title).toBe('This prompt alone needs about 6.0k of 4.1k tokens');
    expect(labels(result)).toEqual(['Send it without the file', 'Send it anyway']);
    expect(await choose(result, 'Send it without the file')).toEqual({
      type: 'send',
      withoutFiles: true,
    });
    const bare = await guard(words(9_000), []);
    expect(question(bare).choices[0]?.detail).toMatch(/Esc gives it back$/);
    expect(labels(bare)).toEqual(['Send it anyway']);
  });

  it('looks at what comes before a prompt that is worded anew', async () => {
    const {guard} = prepared(conversationOf(turns), {'test/model': {allocated: 3_000}});
    expect(await guard(words(400), [], 'n1')).toBeUndefined();
    expect(labels(await guard(words(1_900), [], 'n3'))).toEqual([
      'Leave out the oldest turn',
      'Send it anyway',
    ]);
  });

  it('warns once for each level as the window fills up, and again after it was emptied', async () => {
    const {guard, session, notices} = prepared(conversationOf(turns, {options: {max_tokens: 10}}), {
      'test/model': {allocated: 3_000},
    });
    await guard('hello', []);
    await guard('hello', []);
    expect(notices).toMatchObject([
      {tone: 'warning', text: expect.stringMatching(/^The context is 81 % full/)},
    ]);
    await guard(words(480), []);
    expect(notices).toHaveLength(2);
    session.configure({shortened: {from: 'n5', summary: ''}});
    await guard('hello', []);
    session.configure({shortened: {from: 'n1', summary: ''}});
    await guard('hello', []);
    expect(notices).toHaveLength(3);
  });

  it('looks at the server again when it becomes tight: the window may have changed', async () => {
    let allocated = 3_000;
    const {guard} = prepared(conversationOf(turns), async () => ({allocated}));
    expect(await guard(words(100), [])).toMatchObject({type: 'choose'});
    allocated = 16_384;
    expect(await guard(words(100), [])).toBeUndefined();
  });
});
