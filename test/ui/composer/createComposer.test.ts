import {describe, expect, it, vi} from 'vitest';
import type {Command, CommandResult} from '../../../src/commands/command.ts';
import type {KeyAction} from '../../../src/commands/keyTable.ts';
import {keyTable} from '../../../src/commands/keyTable.ts';
import {
  type Composer,
  type ComposerSettings,
  createComposer,
  type Intent,
  type PromptRecall,
} from '../../../src/ui/composer/createComposer.ts';
import {layout} from '../../../src/ui/composer/layout.ts';
import {fakeContext} from '../../commands/fakeContext.ts';
import {sessionOver} from '../../core/sampleSession.ts';
import {createScriptedBackend} from '../../core/scriptedBackend.ts';

const recallOf = (prompts: readonly string[]): PromptRecall => ({
  at: index => prompts[index],
  suggest: prefix => prompts.find(prompt => prompt.startsWith(prefix)),
});

function composerWith(
  history: readonly string[] = [],
  width = 40,
  change: Partial<ComposerSettings & {files: readonly string[]}> = {},
): Composer {
  const context = fakeContext(sessionOver(createScriptedBackend()), {
    commands,
    files: async () => change.files ?? [],
  });
  return createComposer({context, history: recallOf(history), width: () => width, ...change});
}

const run = (): CommandResult => ({type: 'none'});
/** Commands of their own: those of the program come and go. */
const commands: readonly Command[] = [
  {name: 'help', usage: '[command]', summary: 'help', run},
  {name: 'system', usage: '[text]', summary: 'the system prompt', run},
  {name: 'set', usage: '[KEY VALUE]', summary: 'options', run},
  {name: 'reset', summary: 'begin again', run},
  {name: 'history', summary: 'this conversation', run},
  {
    name: 'model',
    aliases: ['m'],
    summary: 'switch the model',
    complete: async (_typed, context) =>
      (await context.listModels()).map(({backend, id}) => `${backend}/${id}`),
    run,
  },
  {name: 'quit', aliases: ['exit', 'bye'], exact: true, summary: 'leave', run},
];
const submitted = (line: string, typed = line): Intent => ({type: 'submit', line, typed});

const typeAll = (composer: Composer, text: string): Intent => {
  let last: Intent = {type: 'none'};
  for (const character of text) last = composer.type(character);
  return last;
};
const press = (composer: Composer, ...actions: KeyAction[]): Intent => {
  let last: Intent = {type: 'none'};
  for (const action of actions) last = composer.press(action);
  return last;
};
const textOf = (composer: Composer): string => composer.snapshot().buffer.text;
const labels = (composer: Composer): string[] | null =>
  composer.snapshot().menu?.items.map(item => item.label) ?? null;
const none = {type: 'none'};

describe('typing and sending', () => {
  it('gives the line on Enter and is empty then', () => {
    const composer = composerWith();
    typeAll(composer, 'hello');
    press(composer, 'newline');
    typeAll(composer, 'there');
    expect(press(composer, 'send')).toEqual(submitted('hello\nthere'));
    expect(composer.snapshot()).toMatchObject({buffer: {text: '', cursor: 0}, menu: null});
  });

  it('tells subscribers of every change, with a new snapshot', () => {
    const composer = composerWith();
    let heard = 0;
    const leave = composer.subscribe(() => {
      heard += 1;
    });
    const before = composer.snapshot();
    composer.type('a');
    expect(heard).toBe(1);
    expect(composer.snapshot()).not.toBe(before);
    expect(composer.snapshot()).toBe(composer.snapshot());
    leave();
    composer.type('b');
    expect(heard).toBe(1);
  });

  it('lets no control character in, pasted, typed or recalled', () => {
    const composer = composerWith(['\u001b[2Jold']);
    composer.paste('a\u001b]52;c;eA==\u0007\r\nb\tc');
    composer.type('\u009b1m');
    expect(textOf(composer)).toBe('a␛]52;c;eA==␇\nb\tc\ufffd1m');
    press(composer, 'cancel', 'up');
    expect(textOf(composer)).toBe('␛[2Jold');
    composer.setText('\u001bx');
    expect(textOf(composer)).toBe('␛x');
  });

  it('asks for help on a question mark only on an empty line', () => {
    const composer = composerWith();
    expect(composer.type('?')).toEqual({type: 'pass', action: 'help'});
    expect(textOf(composer)).toBe('');
    typeAll(composer, 'why?');
    expect(textOf(composer)).toBe('why?');
  });

  it('passes on every key that is not its own', () => {
    const composer = composerWith();
    for (const action of [
      'suspend',
      'redraw',
      'help',
      'search-prompts',
      'editor',
      'view',
      'thinking',
      'markdown',
      'page-up',
      'page-down',
      'word-left',
      'word-right',
    ] as const)
      expect(composer.press(action)).toEqual({type: 'pass', action});
  });

  it('knows what to do with every action of the key table', () => {
    for (const {action} of keyTable) {
      const intent = composerWith().press(action);
      expect(['none', 'submit', 'pass']).toContain(intent.type);
      if (intent.type === 'pass') expect(intent.action).toBe(action);
    }
  });
});

describe('the menu of commands', () => {
  it('opens with a slash, filters while one types, and closes when nothing fits', () => {
    const composer = composerWith();
    composer.type('/');
    expect(labels(composer)?.length).toBeGreaterThan(5);
    composer.type('s');
    expect(labels(composer)?.map(label => label.split(' ')[0])).toEqual([
      '/system',
      '/set',
      '/reset',
      '/history',
    ]);
    typeAll(composer, 'et');
    expect(labels(composer)?.map(label => label.split(' ')[0])).toEqual(['/set', '/reset']);
    composer.type('x');
    expect(labels(composer)).toBeNull();
    press(composer, 'delete-backward');
    expect(labels(composer)).not.toBeNull();
  });

  it('does not open for a slash inside a text', () => {
    const composer = composerWith();
    typeAll(composer, 'a /se');
    expect(labels(composer)).toBeNull();
  });

  it('submits the selected command on Enter', () => {
    const composer = composerWith();
    typeAll(composer, '/se');
    press(composer, 'down');
    expect(press(composer, 'send')).toEqual(submitted('/reset'));
    expect(composer.snapshot()).toMatchObject({buffer: {text: '', cursor: 0}, menu: null});
  });

  it('completes with Tab and does not submit', () => {
    const composer = composerWith();
    typeAll(composer, '/sys');
    expect(press(composer, 'complete')).toEqual(none);
    expect(textOf(composer)).toBe('/system ');
  });

  it('never leaves the chat on a prefix and Enter, but fills the command in', () => {
    const composer = composerWith();
    typeAll(composer, '/q');
    expect(press(composer, 'send')).toEqual(none);
    expect(textOf(composer)).toBe('/quit');
    expect(press(composer, 'send')).toEqual(submitted('/quit'));
  });

  it('closes with Esc and keeps the text; the next Esc is for the chat', () => {
    const composer = composerWith();
    typeAll(composer, '/se');
    expect(press(composer, 'stop')).toEqual(none);
    expect(composer.snapshot().menu).toBeNull();
    expect(textOf(composer)).toBe('/se');
    expect(press(composer, 'stop')).toEqual({type: 'pass', action: 'stop'});
    expect(press(composer, 'send')).toEqual(submitted('/se'));
  });

  it('moves with the arrows and with Ctrl+P and Ctrl+N, round the ends', () => {
    const composer = composerWith(['earlier']);
    composer.type('/');
    const count = labels(composer)?.length ?? 0;
    press(composer, 'up');
    expect(composer.snapshot().menu?.selected).toBe(count - 1);
    press(composer, 'later', 'down', 'earlier');
    expect(composer.snapshot().menu?.selected).toBe(0);
    expect(textOf(composer)).toBe('/');
  });
});

describe('the menu of an argument', () => {
  it('opens when the completions have come, and submits the line that was moved to', async () => {
    const composer = composerWith();
    typeAll(composer, '/model gem');
    await vi.waitFor(() => expect(labels(composer)).toEqual(['ollama/gemma', 'ollama/gemma-big']));
    press(composer, 'down');
    press(composer, 'down');
    expect(press(composer, 'send')).toEqual(submitted('/model ollama/gemma-big'));
  });

  it('sends what is typed, which may be an alias, when nothing was moved to', async () => {
    const composer = composerWith();
    typeAll(composer, '/model gem');
    await vi.waitFor(() => expect(labels(composer)).not.toBeNull());
    expect(press(composer, 'send')).toEqual(submitted('/model gem'));
  });

  it('sends the name that is typed in full, though another begins like it', async () => {
    const composer = composerWith();
    typeAll(composer, '/model ollama/gemma');
    await vi.waitFor(() => expect(labels(composer)).not.toBeNull());
    expect(press(composer, 'send')).toEqual(submitted('/model ollama/gemma'));
  });

  it('does not open over a line that has changed meanwhile', async () => {
    const composer = composerWith();
    typeAll(composer, '/model ');
    press(composer, 'cancel');
    typeAll(composer, 'hello');
    await new Promise(resolve => setImmediate(resolve));
    expect(labels(composer)).toBeNull();
  });

  it('does without completions when they fail', async () => {
    const context = fakeContext(sessionOver(createScriptedBackend()), {
      commands,
      listModels: async () => {
        throw new Error('no server');
      },
    });
    const composer = createComposer({context, history: recallOf([]), width: () => 40});
    typeAll(composer, '/model x');
    await new Promise(resolve => setImmediate(resolve));
    expect(press(composer, 'send')).toEqual(submitted('/model x'));
  });
});

describe('earlier prompts', () => {
  const history = ['newest', 'two\nlines', 'oldest'];

  it('come with the arrow up, newest first, and the draft comes back at the end', () => {
    const composer = composerWith(history);
    typeAll(composer, 'draft');
    press(composer, 'up');
    expect(composer.snapshot().buffer).toEqual({text: 'newest', cursor: 6});
    press(composer, 'earlier', 'earlier');
    expect(textOf(composer)).toBe('oldest');
    press(composer, 'earlier');
    expect(textOf(composer)).toBe('oldest');
    press(composer, 'later', 'later', 'later');
    expect(textOf(composer)).toBe('draft');
    press(composer, 'later', 'down');
    expect(textOf(composer)).toBe('draft');
  });

  it('are reached by arrow only from the first row, and left from the last', () => {
    const composer = composerWith(history);
    press(composer, 'up', 'up');
    expect(textOf(composer)).toBe('two\nlines');
    press(composer, 'up');
    expect(composer.snapshot().buffer).toEqual({text: 'two\nlines', cursor: 3});
    press(composer, 'up');
    expect(textOf(composer)).toBe('oldest');
    press(composer, 'down');
    expect(textOf(composer)).toBe('two\nlines');
    press(composer, 'down');
    expect(textOf(composer)).toBe('newest');
  });

  it('do not come while there are rows above in a wrapped line', () => {
    const composer = composerWith(history, 4);
    typeAll(composer, 'abcdefgh');
    press(composer, 'up');
    expect(textOf(composer)).toBe('abcdefgh');
    press(composer, 'up');
    expect(textOf(composer)).toBe('newest');
  });

  it('begin with the newest again after one was sent', () => {
    const composer = composerWith(history);
    press(composer, 'earlier', 'earlier');
    expect(press(composer, 'send')).toEqual(submitted('two\nlines'));
    press(composer, 'up');
    expect(textOf(composer)).toBe('newest');
  });

  it('are passed over when they are what stands there already', () => {
    const composer = composerWith(['same', 'same', 'other']);
    typeAll(composer, 'same');
    press(composer, 'up');
    expect(textOf(composer)).toBe('other');
    press(composer, 'down', 'down');
    expect(textOf(composer)).toBe('same');
  });

  it('open no menu when they are commands', () => {
    const composer = composerWith(['/set', 'x']);
    press(composer, 'up');
    expect(labels(composer)).toBeNull();
    press(composer, 'up');
    expect(textOf(composer)).toBe('x');
  });
});

describe('Ctrl+C and Ctrl+D', () => {
  it('Ctrl+C clears a filled line, and is for the chat on an empty one', () => {
    const composer = composerWith();
    typeAll(composer, 'text');
    expect(press(composer, 'cancel')).toEqual(none);
    expect(textOf(composer)).toBe('');
    expect(press(composer, 'cancel')).toEqual({type: 'pass', action: 'cancel'});
  });

  it('Ctrl+D deletes forward in a filled line, and is for the chat on an empty one', () => {
    const composer = composerWith();
    typeAll(composer, 'ab');
    press(composer, 'line-start');
    expect(press(composer, 'quit')).toEqual(none);
    expect(textOf(composer)).toBe('b');
    press(composer, 'quit');
    expect(press(composer, 'quit')).toEqual({type: 'pass', action: 'quit'});
  });
});

describe('deleted text', () => {
  it('comes back with Ctrl+Y, and then, with Alt+Y, what was deleted before', () => {
    const composer = composerWith();
    typeAll(composer, 'one two three');
    press(
      composer,
      'delete-word-backward',
      'left',
      'delete-word-backward',
      'line-end',
      'delete-to-line-start',
    );
    expect(textOf(composer)).toBe('');
    press(composer, 'yank');
    expect(textOf(composer)).toBe('one  ');
    press(composer, 'yank-earlier');
    expect(textOf(composer)).toBe('two');
    press(composer, 'yank-earlier', 'yank-earlier');
    expect(textOf(composer)).toBe('one  ');
    press(composer, 'left', 'yank-earlier');
    expect(textOf(composer)).toBe('one  ');
  });

  it('is one piece when it was deleted in one direction without a pause', () => {
    const composer = composerWith();
    typeAll(composer, 'one two');
    press(composer, 'delete-word-backward', 'delete-word-backward', 'yank');
    expect(textOf(composer)).toBe('one two');
    press(composer, 'text-start', 'delete-to-line-end', 'delete-to-line-end', 'yank', 'yank');
    expect(textOf(composer)).toBe('one twoone two');
  });

  it('can be put into the next prompt', () => {
    const composer = composerWith();
    typeAll(composer, 'word');
    press(composer, 'delete-to-line-start', 'send', 'yank');
    expect(textOf(composer)).toBe('word');
  });
});

describe('undoing', () => {
  it('takes back words, a cleared line and a text that was put there', () => {
    const composer = composerWith();
    typeAll(composer, 'one two');
    press(composer, 'undo');
    expect(textOf(composer)).toBe('one ');
    press(composer, 'redo', 'cancel', 'undo');
    expect(textOf(composer)).toBe('one two');
    composer.setText('other');
    press(composer, 'undo');
    expect(textOf(composer)).toBe('one two');
    press(composer, 'redo', 'redo');
    expect(textOf(composer)).toBe('other');
  });

  it('begins anew with every prompt', () => {
    const composer = composerWith();
    typeAll(composer, 'one');
    press(composer, 'send', 'undo');
    expect(textOf(composer)).toBe('');
  });

  it('leaves an earlier prompt for the draft', () => {
    const composer = composerWith(['earlier']);
    typeAll(composer, 'draft');
    press(composer, 'up');
    typeAll(composer, '!');
    expect(textOf(composer)).toBe('earlier!');
    press(composer, 'undo', 'undo');
    expect(textOf(composer)).toBe('draft');
    press(composer, 'up', 'undo');
    expect(textOf(composer)).toBe('draft');
  });
});

describe('a paste', () => {
  const long = Array.from({length: 12}, (_, index) => `line ${index}\t@x`).join('\n');
  const shown = (composer: Composer): string => {
    const {buffer, chips} = composer.snapshot();
    return layout(buffer, 200, {chips})
      .rows.map(row => row.text)
      .join('|');
  };

  it('of many lines or characters is shown as a chip and sent whole', () => {
    const composer = composerWith();
    typeAll(composer, 'see ');
    composer.paste(long);
    composer.paste('x'.repeat(1001));
    composer.paste(`${long}\n`);
    expect(shown(composer)).toBe('see [pasted 12 lines][pasted 1001 characters #2][pasted 12 lines #3]');
    expect(composer.text()).toBe(`see ${long}${'x'.repeat(1001)}${long}\n`);
    expect(press(composer, 'send')).toEqual(submitted(`see ${long}${'x'.repeat(1001)}${long}\n`, 'see    '));
    composer.paste(long);
    expect(shown(composer)).toBe('[pasted 12 lines]');
  });

  it('of a few lines is plain text, and so is any when folding is switched off', () => {
    const composer = composerWith();
    composer.paste('1\n2\n3\n4\n5\n6\n7\n8\n');
    expect(shown(composer)).toBe('1|2|3|4|5|6|7|8|');
    const plain = composerWith([long], 40, {pasteFold: {lines: 0, characters: 0}});
    plain.paste(long);
    expect(textOf(plain)).toBe(long);
    press(plain, 'cancel', 'up');
    expect(textOf(plain)).toBe(long);
  });

  it('is one step of the cursor, is deleted as one, and comes back', () => {
    const composer = composerWith();
    typeAll(composer, 'a');
    composer.paste(long);
    typeAll(composer, 'b');
    press(composer, 'left', 'left');
    typeAll(composer, '<');
    expect(shown(composer)).toBe('a<[pasted 12 lines]b');
    press(composer, 'delete-forward');
    expect(shown(composer)).toBe('a<b');
    press(composer, 'undo');
    expect(composer.text()).toBe(`a<${long}b`);
    press(composer, 'right', 'delete-word-backward', 'text-end', 'yank');
    expect(shown(composer)).toBe('a<b[pasted 12 lines]');
  });

  it('is opened by Ctrl+O on either side of it, elsewhere that is for the chat', () => {
    const composer = composerWith();
    composer.paste(long);
    expect(press(composer, 'view')).toEqual(none);
    expect(textOf(composer)).toBe(long);
    expect(composer.snapshot().buffer.cursor).toBe(long.length);
    press(composer, 'undo', 'left', 'view');
    expect(composer.snapshot().buffer).toEqual({text: long, cursor: 0});
    expect(press(composer, 'view')).toEqual({type: 'pass', action: 'view'});
  });

  it('that was cut out of one prompt goes whole into the next', () => {
    const composer = composerWith();
    composer.paste(long);
    press(composer, 'delete-to-line-start', 'send', 'yank');
    expect(shown(composer)).toBe('[pasted 12 lines]');
    expect(press(composer, 'send')).toEqual(submitted(long, ' '));
  });

  it('may hold anything but a chip', () => {
    const composer = composerWith();
    composer.paste(long);
    composer.paste('\udc00 \ue000 \ud83d');
    typeAll(composer, '\udc00');
    expect(composer.text()).toBe(`${long}\ufffd \ue000 \ufffd\ufffd`);
  });
});

describe('a long earlier prompt', () => {
  const long = `Explain this:\n${'code\n'.repeat(20)}`;

  it('is shown by its first line and sent whole', () => {
    const composer = composerWith([long, 'short']);
    typeAll(composer, 'draft');
    press(composer, 'up');
    const {buffer, chips} = composer.snapshot();
    expect(layout(buffer, 40, {chips}).rows.map(row => row.text)).toEqual([
      'Explain this:',
      '[20 more lines]',
    ]);
    expect(press(composer, 'send')).toEqual(submitted(long, 'Explain this:\n '));
  });

  it('is not folded when it is to be edited', () => {
    const composer = composerWith();
    composer.edit(long);
    expect(textOf(composer)).toBe(long);
  });
});

describe('a suggestion', () => {
  const history = ['how are you today?', 'how is it', `many\n${'lines\n'.repeat(9)}`];
  const ghostOf = (composer: Composer): string => composer.snapshot().ghost;

  it('is the rest of an earlier prompt, from two characters on and at the end of the text only', () => {
    const composer = composerWith(history);
    typeAll(composer, 'h');
    expect(ghostOf(composer)).toBe('');
    typeAll(composer, 'ow');
    expect(ghostOf(composer)).toBe(' are you today?');
    press(composer, 'left');
    expect(ghostOf(composer)).toBe('');
    press(composer, 'right');
    typeAll(composer, ' is');
    expect(ghostOf(composer)).toBe(' it');
    typeAll(composer, '!');
    expect(ghostOf(composer)).toBe('');
    expect(press(composer, 'send')).toEqual(submitted('how is!'));
  });

  it.each(['right', 'line-end', 'text-end', 'complete'] as const)('is accepted by %s', action => {
    const composer = composerWith(history);
    typeAll(composer, 'how');
    press(composer, action);
    expect(composer.snapshot()).toMatchObject({buffer: {text: 'how are you today?', cursor: 18}, ghost: ''});
    press(composer, 'undo');
    expect(textOf(composer)).toBe('how');
  });

  it('is accepted word by word', () => {
    const composer = composerWith(history);
    typeAll(composer, 'how');
    press(composer, 'word-right', 'word-right');
    expect(textOf(composer)).toBe('how are you');
    expect(ghostOf(composer)).toBe(' today?');
  });

  it('is only the first line of a long prompt', () => {
    const composer = composerWith(history);
    typeAll(composer, 'ma');
    expect(ghostOf(composer)).toBe('ny');
    press(composer, 'complete');
    expect(ghostOf(composer)).toBe('');
  });

  it('is not sent, and not shown with a list or an earlier prompt', () => {
    const composer = composerWith(['/set x', 'how are you', 'how']);
    typeAll(composer, '/se');
    expect(ghostOf(composer)).toBe('');
    press(composer, 'cancel', 'up', 'up', 'up');
    expect(textOf(composer)).toBe('how');
    expect(ghostOf(composer)).toBe('');
  });
});

describe('the menu of files', () => {
  const files = ['README.md', 'src/cli/chat.ts', 'src/ui/App.tsx', 'a b.txt'];
  const opened = (composer: Composer, ...expected: string[]): Promise<void> =>
    vi.waitFor(() => expect(labels(composer)).toEqual(expected));

  it.each(['send', 'complete'] as const)(
    'puts the path in on %s, anywhere in the text, and never sends',
    async action => {
      const composer = composerWith([], 40, {files});
      typeAll(composer, 'compare  with that');
      for (let step = 0; step < ' with that'.length; step += 1) press(composer, 'left');
      typeAll(composer, '@chat');
      await opened(composer, 'src/cli/chat.ts');
      expect(press(composer, action)).toEqual(none);
      expect(textOf(composer)).toBe('compare @src/cli/chat.ts with that');
      expect(composer.snapshot().buffer.cursor).toBe('compare @src/cli/chat.ts '.length);
      expect(labels(composer)).toBeNull();
    },
  );

  it('leaves what stands behind the name as it is', async () => {
    const composer = composerWith([], 40, {files});
    typeAll(composer, '(see @cha)');
    press(composer, 'left');
    await opened(composer, 'src/cli/chat.ts');
    press(composer, 'complete');
    expect(textOf(composer)).toBe('(see @src/cli/chat.ts)');
  });

  it('shows every file for an @ alone, and quotes a path with a blank', async () => {
    const composer = composerWith([], 40, {files});
    composer.type('@');
    await opened(composer, 'README.md', 'a b.txt', 'src/cli/chat.ts', 'src/ui/App.tsx');
    press(composer, 'down', 'send');
    expect(textOf(composer)).toBe('@"a b.txt" ');
    press(composer, 'cancel');
    typeAll(composer, '@"a b');
    await opened(composer, 'a b.txt');
    press(composer, 'complete');
    expect(textOf(composer)).toBe('@"a b.txt" ');
  });

  it('is closed by Esc for as long as the same name is typed; Tab opens it again', async () => {
    const composer = composerWith([], 40, {files});
    typeAll(composer, 'x @cha');
    await opened(composer, 'src/cli/chat.ts');
    expect(press(composer, 'stop')).toEqual(none);
    typeAll(composer, 't');
    await new Promise(resolve => setImmediate(resolve));
    expect(labels(composer)).toBeNull();
    press(composer, 'complete');
    expect(labels(composer)).toEqual(['src/cli/chat.ts']);
    press(composer, 'stop');
    expect(press(composer, 'send')).toEqual(submitted('x @chat'));
    typeAll(composer, '@cha');
    await opened(composer, 'src/cli/chat.ts');
  });

  it('keeps the list open from key to key, and closes it with the word', async () => {
    const composer = composerWith([], 40, {files});
    typeAll(composer, '@s');
    await vi.waitFor(() => expect(labels(composer)).not.toBeNull());
    composer.type('r');
    expect(labels(composer)).toEqual(['src/ui/App.tsx', 'src/cli/chat.ts']);
    composer.type(' ');
    expect(labels(composer)).toBeNull();
  });

  it('does not open for addresses, unknown names, and what is named in full', async () => {
    const composer = composerWith([], 40, {files});
    for (const text of ['me@chat', '@zzzzz', '@README.md']) {
      typeAll(composer, text);
      await new Promise(resolve => setImmediate(resolve));
      await new Promise(resolve => setImmediate(resolve));
      expect(labels(composer)).toBeNull();
      expect(press(composer, 'send')).toEqual(submitted(text));
    }
  });

  it('leaves out files whose names cannot be typed', async () => {
    const composer = composerWith([], 40, {files: ['ok.txt', 'a\u001b[2J.txt', 'b\n.txt', '"c d".txt']});
    composer.type('@');
    await opened(composer, 'ok.txt');
  });
});

describe('a note', () => {
  const note = 'editing an earlier prompt';

  it('stays with the text until it is sent', () => {
    const composer = composerWith();
    composer.edit('old', note);
    expect(composer.snapshot()).toMatchObject({buffer: {text: 'old', cursor: 3}, note, menu: null});
    typeAll(composer, '!');
    expect(press(composer, 'send')).toEqual(submitted('old!'));
    expect(composer.snapshot().note).toBe('');
  });

  it('stays through a command and an empty line, which the chat does not send', () => {
    const composer = composerWith();
    composer.edit('old', note);
    composer.setText('/help');
    press(composer, 'send');
    press(composer, 'send');
    expect(composer.snapshot().note).toBe(note);
  });

  it.each(['stop', 'cancel'] as const)('ends with %s, and what was typed before comes back', action => {
    const composer = composerWith();
    typeAll(composer, 'draft');
    composer.edit('old', note);
    expect(press(composer, action)).toEqual({type: 'leave-edit'});
    expect(composer.snapshot()).toMatchObject({buffer: {text: 'draft', cursor: 5}, note: ''});
    press(composer, 'undo');
    expect(textOf(composer)).toBe('old');
    expect(press(composer, 'stop')).toEqual({type: 'pass', action: 'stop'});
  });

  it('leaves the text alone when it was given without one', () => {
    const composer = composerWith();
    typeAll(composer, 'text');
    composer.setNote(note);
    expect(press(composer, 'stop')).toEqual({type: 'leave-edit'});
    expect(composer.snapshot()).toMatchObject({buffer: {text: 'text'}, note: ''});
  });
});

describe('moving by rows', () => {
  it('keeps its column through shorter rows, until something else is done', () => {
    const composer = composerWith();
    composer.paste('123456\n12\n\n123456');
    press(composer, 'left', 'up', 'up');
    expect(composer.snapshot().buffer.cursor).toBe(9);
    press(composer, 'up');
    expect(composer.snapshot().buffer.cursor).toBe(5);
    press(composer, 'down', 'left', 'up');
    expect(composer.snapshot().buffer.cursor).toBe(1);
  });
});
