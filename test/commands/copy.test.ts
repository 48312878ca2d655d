import {describe, expect, it} from 'vitest';
import type {CommandContext} from '../../src/commands/command.ts';
import {copy} from '../../src/commands/copy.ts';
import {doctor} from '../../src/commands/doctor.ts';
import {exportChat} from '../../src/commands/exportChat.ts';
import {withNode} from '../../src/core/conversation.ts';
import type {Session, SessionState} from '../../src/core/session.ts';
import {answer, emptyConversation, prompt} from '../storage/sampleConversation.ts';
import {fakeContext} from './fakeContext.ts';

/** A context with a conversation of two turns; what was copied is in `copied`. */
function talk(
  change: {state?: Partial<SessionState>; context?: Partial<CommandContext>; blocks?: readonly string[]} = {},
) {
  const conversation = [
    prompt('p', null, 'first'),
    answer('a', 'p', 'one'),
    prompt('q', 'a', 'second'),
    answer('b', 'q', ''),
  ].reduce(withNode, emptyConversation('c'));
  const state: SessionState = {
    conversation,
    live: null,
    storageError: null,
    isStored: true,
    aside: null,
    ...change.state,
  };
  const copied: string[] = [];
  // Copying reads the session and nothing else of it.
  const context = fakeContext({snapshot: () => state} as Session, {
    copy: async text => {
      copied.push(text);
      return 'Copied with a tool';
    },
    ...change.context,
  });
  for (const block of change.blocks ?? []) context.codeBlocks.add(context.codeBlocks.begin(), block);
  return {context, copied};
}

const usage = (message: string) =>
  expect.objectContaining({kind: 'usage', message: expect.stringContaining(message)});

describe('/copy', () => {
  it('copies the last answer that has a text, and says which way it went', async () => {
    const {context, copied} = talk();
    expect(await copy.run('', context)).toEqual({
      type: 'notice',
      notice: {type: 'text', tone: 'success', text: 'Copied with a tool'},
    });
    expect(copied).toEqual(['one']);
  });

  it('copies an answer that streams as far as it has come', async () => {
    const live = {text: 'half of'} as SessionState['live'];
    const {context, copied} = talk({state: {live}});
    await copy.run('', context);
    expect(copied).toEqual(['half of']);
  });

  it('copies the last prompt, the whole chat, and code blocks by their numbers', async () => {
    const {context, copied} = talk({blocks: ['a = 1\n', 'b = 2\n']});
    for (const argument of ['prompt', 'code', 'code 1', 'all']) await copy.run(argument, context);
    expect(copied.slice(0, 3)).toEqual(['second', 'b = 2\n', 'a = 1\n']);
    expect(copied[3]).toMatch(/^# first\n\n## You\n\nfirst\n\n## Assistant\n\none\n/);
    expect(copied[3]).not.toContain('<!--');
  });

  it.each([
    ['code 3', 'There is no code block 3'],
    ['code 0', 'There is no code block 0'],
    ['code x', 'There is no code block x'],
    ['everything', '/copy does not know "everything"'],
    ['prompt 2', '/copy does not know "prompt 2"'],
  ])('refuses %j', async (argument, message) => {
    const {context, copied} = talk({blocks: ['a', 'b']});
    await expect(copy.run(argument, context)).rejects.toEqual(usage(message));
    expect(copied).toEqual([]);
  });

  it('says that there is nothing yet', async () => {
    const {context} = talk({state: {conversation: emptyConversation('c')}});
    await expect(copy.run('', context)).rejects.toEqual(usage('There is no answer to copy yet'));
    await expect(copy.run('prompt', context)).rejects.toEqual(usage('There is no prompt to copy yet'));
    await expect(copy.run('code', context)).rejects.toEqual(usage('No code block was shown yet'));
    await expect(copy.run('all', context)).rejects.toEqual(usage('Nothing has been said yet'));
  });

  it('completes what it takes', async () => {
    const {context} = talk();
    expect(await copy.complete?.('', context)).toEqual(['code', 'prompt', 'all']);
    expect(await copy.complete?.('code ', context)).toEqual([]);
  });
});

describe('/export', () => {
  it('offers a name for each format', async () => {
    const {context} = talk();
    expect(await exportChat.complete?.('', context)).toEqual([
      expect.stringMatching(/^llm-first-\d{4}-\d\d-\d\d\.md$/),
      expect.stringMatching(/\.html$/),
      expect.stringMatching(/\.json$/),
    ]);
  });

  it('overwrites only with an exclamation mark', async () => {
    const {context} = talk();
    for (const argument of ['a b.html', 'a.html !', '!']) await exportChat.run(argument, context);
    expect(context.exported).toEqual([
      {file: 'a b.html', overwrite: false},
      {file: 'a.html', overwrite: true},
      {file: '', overwrite: true},
    ]);
  });
});

it('/doctor shows what was found', async () => {
  const diagnose: CommandContext['diagnose'] = async () => [
    {area: 'engine', state: 'problem', text: 'it does not start', remedy: 'install it'},
  ];
  const {context} = talk({context: {diagnose}});
  const result = await doctor.run('', context);
  expect(result).toMatchObject({type: 'notice', notice: {type: 'text'}});
  expect(JSON.stringify(result)).toContain(
    'engine\\n  ✗ it does not start\\n    → install it\\n\\n1 problem.',
  );
});
