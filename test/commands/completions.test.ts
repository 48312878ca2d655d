import {describe, expect, it} from 'vitest';
import type {CommandContext} from '../../src/commands/command.ts';
import {commands} from '../../src/commands/commands.ts';
import {conversationOf, emptyConversation, sessionOver} from '../core/sampleSession.ts';
import {createScriptedBackend} from '../core/scriptedBackend.ts';
import {fakeContext, nothingStored} from './fakeContext.ts';
import {fakeShelf} from './fakeShelf.ts';

/** What is offered after a command's name. */
async function offered(
  name: string,
  argument: string,
  change: Partial<CommandContext> = {},
  conversation = emptyConversation(),
) {
  const context = fakeContext(sessionOver(createScriptedBackend(), {conversation}), change);
  return commands.find(each => each.name === name)?.complete?.(argument, context);
}

describe('what is offered after', () => {
  it('/set is a value once the option is named, and off where it is set', async () => {
    expect(await offered('set', 'num')).toContain('num_ctx');
    expect(await offered('set', 'num_ctx ')).toEqual(['num_ctx 8192']);
    const set = emptyConversation({options: {num_ctx: 4096}});
    expect(await offered('set', 'num_ctx ', {}, set)).toEqual(['num_ctx 8192', 'num_ctx off']);
  });

  it('/settings is what the setting is known to take', async () => {
    expect(await offered('settings', 'theme ')).toEqual(['theme default', 'theme nord']);
    expect(await offered('settings', 'input.submit ')).toEqual([
      'input.submit enter',
      'input.submit alt-enter',
    ]);
    expect(await offered('settings', 'model ')).toContain('model ollama/gemma');
    const settings = {list: () => [{key: 'system', value: 'x'}], names: () => []};
    expect(
      await offered('settings', 'system ', {
        settings: {...settings, set: async () => '', unset: async () => {}},
      }),
    ).toEqual(['system off']);
  });

  it('/copy code are the numbers, the newest first, with the beginning of the code', async () => {
    const context = fakeContext(sessionOver(createScriptedBackend()));
    for (const code of ['\nlet a = 1;\nlet b;', 'x'])
      context.codeBlocks.add(context.codeBlocks.begin(), code);
    expect(await offered('copy', 'code ', {codeBlocks: context.codeBlocks})).toEqual([
      {text: 'code 2', detail: 'x'},
      {text: 'code 1', detail: 'let a = 1;'},
    ]);
    expect(await offered('copy', 'prompt ')).toEqual([]);
  });

  it('/edit are the prompts by their numbers, the newest first', async () => {
    expect(await offered('edit', '', {}, conversationOf(['one', 'a', 'two', 'b']))).toEqual([
      {text: '2', detail: 'two'},
      {text: '1', detail: 'one'},
    ]);
  });

  it('/resume are the conversations by their titles', async () => {
    const entry = {id: '01ABC', title: 'The weather', model: 'm', updated: Date.now(), messages: 4};
    const stored = {...nothingStored, list: async () => [entry]};
    expect(await offered('resume', '', {stored})).toEqual([
      {text: '01ABC', label: 'The weather', detail: expect.stringMatching(/ · 4 messages$/)},
    ]);
  });
});

describe('/model', () => {
  it('completes short names too', async () => {
    const shelf = fakeShelf([]);
    await shelf.setAlias('fast', 'ollama/gemma');
    expect(await offered('model', '', {shelf})).toEqual([
      {text: 'fast', detail: 'ollama/gemma'},
      'ollama/gemma',
      'ollama/gemma-big',
      'local/guide',
    ]);
  });

  const run = async (argument: string) => {
    const session = sessionOver(createScriptedBackend());
    await commands.find(({name}) => name === 'model')?.run(argument, fakeContext(session));
    return session.snapshot().conversation.model;
  };

  it('takes a part of a name that only one model has', async () => {
    expect(await run('gui')).toBe('local/guide');
    expect(await run('olla BIG')).toBe('ollama/gemma-big');
  });

  it('refuses a part that several have, as what it is', async () => {
    await expect(run('gem')).rejects.toMatchObject({
      kind: 'model-unknown',
      message: expect.stringContaining('gem'),
    });
  });
});
