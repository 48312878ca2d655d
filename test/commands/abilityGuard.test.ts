import {describe, expect, it} from 'vitest';
import {createAbilityGuard} from '../../src/commands/abilityGuard.ts';
import type {Choice, CommandContext, CommandResult, Notice} from '../../src/commands/command.ts';
import type {ContextGuard} from '../../src/commands/contextGuard.ts';
import type {Model} from '../../src/core/backend.ts';
import {LlmError} from '../../src/core/errors.ts';
import type {Attachment} from '../../src/core/message.ts';
import {conversationOf, emptyConversation, sessionOver} from '../core/sampleSession.ts';
import {createScriptedBackend, finish, text} from '../core/scriptedBackend.ts';
import {fakeContext} from './fakeContext.ts';

const photo: Attachment = {
  kind: 'image',
  name: 'a\u001b.png',
  mediaType: 'image/png',
  data: new Uint8Array([1]),
};
const notes: Attachment = {kind: 'text', name: 'notes.md', text: 'notes'};
const blind: Model = {id: 'model', backend: 'test', capabilities: ['chat'], lacks: ['vision', 'thinking']};
const seeing: Model = {id: 'eyes', backend: 'test', capabilities: ['chat', 'vision']};
const unknown: Model = {id: 'dark', backend: 'other'};

function prepared({
  conversation = emptyConversation(),
  models = [blind, seeing, unknown],
  asks = true,
  hasSchema = false,
  next = async () => undefined,
  change = {},
}: {
  conversation?: ReturnType<typeof emptyConversation>;
  models?: readonly Model[];
  asks?: boolean;
  hasSchema?: boolean;
  next?: ContextGuard;
  change?: Partial<CommandContext>;
} = {}) {
  const backend = createScriptedBackend();
  const session = sessionOver(backend, {conversation, schema: {type: 'object'}});
  let asked = 0;
  const context = fakeContext(session, {
    listModels: async () => models,
    async modelFacts(name) {
      asked += 1;
      const model = models.find(each => `${each.backend}/${each.id}` === name) ?? {id: name, backend: '?'};
      const schema = model !== blind;
      return {model, backend: {local: true, contextSize: true, schema, images: true, thinking: true}};
    },
    ...change,
  });
  const notices: Notice[] = [];
  const guard = createAbilityGuard(context, notice => notices.push(notice), {asks, hasSchema, next});
  /** What the model is sent for a prompt. */
  const sent = async (files: readonly Attachment[]) => {
    backend.enqueue(text('yes'), finish());
    await session.send('look', {attachments: files});
    return backend.requests.at(-1);
  };
  return {session, backend, guard, notices, sent, asked: () => asked};
}

function question(result: CommandResult | undefined) {
  if (result?.type !== 'choose') throw new Error(`no question but ${JSON.stringify(result)}`);
  return result;
}

const labels = (result: CommandResult | undefined): string[] =>
  question(result).choices.map(({label}) => label);

async function choose(result: CommandResult | undefined, label: string): Promise<CommandResult> {
  const choice: Choice | undefined = question(result).choices.find(each => each.label === label);
  if (!choice || !('run' in choice)) throw new Error(`no choice ${label}`);
  return choice.run();
}

const send = {type: 'send'};

describe('the ability guard', () => {
  it('looks nothing up for a prompt that needs nothing, and holds up nothing of an unknown model', async () => {
    const plain = prepared();
    expect(await plain.guard('look', [notes])).toBeUndefined();
    expect(plain.asked()).toBe(0);
    const dark = prepared({conversation: emptyConversation({model: 'other/dark', think: 'high'})});
    expect(await dark.guard('look', [photo])).toBeUndefined();
    const away = prepared({
      change: {
        async modelFacts() {
          throw new Error('away');
        },
      },
    });
    expect(await away.guard('look', [photo])).toBeUndefined();
  });

  it('asks about an image that the model cannot see, and names models that can', async () => {
    const {guard} = prepared();
    const asked = question(await guard('look', [photo, notes]));
    expect(asked).toMatchObject({title: 'This model sees no images', draft: 'look'});
    expect(labels(asked)).toEqual(['Send it without the image', 'Ask test/eyes', 'Send it anyway']);
    expect(JSON.stringify(asked.choices)).not.toContain('\\u001b');
  });

  it('sends it without the image, which is kept, and does not ask again', async () => {
    const {guard, session, sent, notices} = prepared();
    expect(await choose(await guard('look', [photo, notes]), 'Send it without the image')).toEqual(send);
    const request = await sent([photo, notes]);
    expect(request?.messages.at(-1)?.attachments).toEqual([notes]);
    expect([...session.snapshot().conversation.nodes.values()][0]?.attachments).toEqual([photo, notes]);
    expect(await guard('more', [])).toBeUndefined();
    expect(notices).toEqual([]);
    expect(await guard('look again', [photo])).toBeUndefined();
    expect(notices).toEqual([
      {
        type: 'text',
        tone: 'info',
        text: expect.stringContaining('is kept and not sent: test/model does not see'),
      },
    ]);
  });

  it('asks about what a model has refused, though nothing is known of it', async () => {
    const {guard, session, backend} = prepared({conversation: emptyConversation({model: 'test/dark'})});
    expect(await guard('look', [photo])).toBeUndefined();
    const refusal = new LlmError({
      kind: 'capability',
      message: 'image input is not supported - hint: mmproj',
    });
    backend.enqueue(refusal);
    await session.send('look', {attachments: [photo]});
    const again = await guard('more', []);
    expect(labels(again)).toContain('Send it without the image');
    expect(await choose(again, 'Send it anyway')).toEqual(send);
    expect(await guard('more', [])).toBeUndefined();
    backend.enqueue(refusal);
    await session.send('more');
    expect(await choose(await guard('text only', []), 'Send it without the image')).toEqual(send);
    backend.enqueue(text('yes'), finish());
    await session.send('text only');
    expect(JSON.stringify(backend.requests.at(-1)?.messages)).not.toContain('image/png');
    expect(await guard('and on', [])).toBeUndefined();
    session.use('test/eyes');
    expect(await guard('look', [photo])).toBeUndefined();
  });

  it('asks another model from then on', async () => {
    const {guard, session, sent} = prepared();
    expect(await choose(await guard('look', [photo]), 'Ask test/eyes')).toEqual(send);
    expect(session.snapshot().conversation.model).toBe('test/eyes');
    expect((await sent([photo]))?.messages.at(-1)?.attachments).toEqual([photo]);
  });

  it('sends it as it is, and does not ask again', async () => {
    const {guard, sent} = prepared();
    expect(await choose(await guard('look', [photo]), 'Send it anyway')).toEqual(send);
    expect((await sent([photo]))?.messages.at(-1)?.attachments).toEqual([photo]);
    expect(await guard('look', [photo])).toBeUndefined();
  });

  it('asks about an image of an earlier turn, when the model was changed since, and anew in another chat', async () => {
    const base = conversationOf(['see', 'a cat']);
    const nodes = new Map(base.nodes);
    const first = nodes.get('n1');
    if (first) nodes.set('n1', {...first, attachments: [photo]});
    const {guard, session} = prepared({conversation: {...base, nodes}});
    await choose(await guard('look', []), 'Send it without the image');
    expect(await guard('look', [])).toBeUndefined();
    await session.open(emptyConversation({id: 'c2'}));
    expect(labels(await guard('look', [photo]))).toContain('Send it without the image');
  });

  it('does not mind the image of the very prompt that is worded anew without it', async () => {
    const base = conversationOf(['see', 'a cat']);
    const nodes = new Map(base.nodes);
    const first = nodes.get('n1');
    if (first) nodes.set('n1', {...first, attachments: [photo]});
    const {guard} = prepared({conversation: {...base, nodes}});
    expect(await guard('look', [], 'n1')).toBeUndefined();
  });

  it('asks one thing after the other, and what comes next last', async () => {
    const next: ContextGuard = async (_text, attachments) =>
      attachments.length > 1 ? {type: 'choose', title: 'too long', choices: []} : undefined;
    const {guard, sent} = prepared({
      conversation: emptyConversation({think: 'high'}),
      hasSchema: true,
      next,
    });
    const vision = await guard('look', [photo, notes]);
    const schema = await choose(vision, 'Send it without the image');
    expect(question(schema).title).toBe('This model takes no schema');
    const thinking = await choose(schema, 'Send it without the schema');
    expect(question(thinking).title).toBe('This model does not think');
    expect(question(await choose(thinking, 'Send it without thinking')).title).toBe('too long');
    const request = await sent([photo]);
    expect(request).not.toHaveProperty('schema');
    expect(request).not.toHaveProperty('think');
    expect(request?.messages.at(-1)).not.toHaveProperty('attachments');
  });

  it('refuses where nobody can be asked', async () => {
    const {guard} = prepared({asks: false});
    await expect(guard('look', [photo])).rejects.toMatchObject({
      kind: 'capability',
      message: 'test/model does not see images; nothing was sent',
    });
  });
});
