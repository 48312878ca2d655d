import {describe, expect, it, vi} from 'vitest';
import type {KeyAction} from '../../../src/commands/keyTable.ts';
import {keyTable} from '../../../src/commands/keyTable.ts';
import {type Composer, createComposer, type Intent} from '../../../src/ui/composer/createComposer.ts';
import {fakeContext} from '../../commands/fakeContext.ts';
import {sessionOver} from '../../core/sampleSession.ts';
import {createScriptedBackend} from '../../core/scriptedBackend.ts';

function composerWith(history: readonly string[] = [], width = 40): Composer {
  const context = fakeContext(sessionOver(createScriptedBackend()));
  return createComposer({context, history: () => history, width: () => width});
}

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
    expect(press(composer, 'send')).toEqual({type: 'submit', line: 'hello\nthere'});
    expect(composer.snapshot()).toEqual({buffer: {text: '', cursor: 0}, menu: null});
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
    for (const action of ['suspend', 'redraw', 'help'] as const)
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
    expect(press(composer, 'send')).toEqual({type: 'submit', line: '/reset'});
    expect(composer.snapshot()).toEqual({buffer: {text: '', cursor: 0}, menu: null});
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
    expect(press(composer, 'send')).toEqual({type: 'submit', line: '/quit'});
  });

  it('closes with Esc and keeps the text; the next Esc is for the chat', () => {
    const composer = composerWith();
    typeAll(composer, '/se');
    expect(press(composer, 'stop')).toEqual(none);
    expect(composer.snapshot().menu).toBeNull();
    expect(textOf(composer)).toBe('/se');
    expect(press(composer, 'stop')).toEqual({type: 'pass', action: 'stop'});
    expect(press(composer, 'send')).toEqual({type: 'submit', line: '/se'});
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
    expect(press(composer, 'send')).toEqual({type: 'submit', line: '/model ollama/gemma-big'});
  });

  it('sends what is typed, which may be an alias, when nothing was moved to', async () => {
    const composer = composerWith();
    typeAll(composer, '/model gem');
    await vi.waitFor(() => expect(labels(composer)).not.toBeNull());
    expect(press(composer, 'send')).toEqual({type: 'submit', line: '/model gem'});
  });

  it('sends the name that is typed in full, though another begins like it', async () => {
    const composer = composerWith();
    typeAll(composer, '/model ollama/gemma');
    await vi.waitFor(() => expect(labels(composer)).not.toBeNull());
    expect(press(composer, 'send')).toEqual({type: 'submit', line: '/model ollama/gemma'});
  });

  it('does not open over a line that has changed meanwhile', async () => {
    const composer = composerWith();
    typeAll(composer, '/think ');
    press(composer, 'cancel');
    typeAll(composer, 'hello');
    await new Promise(resolve => setImmediate(resolve));
    expect(labels(composer)).toBeNull();
  });

  it('does without completions when they fail', async () => {
    const context = fakeContext(sessionOver(createScriptedBackend()), {
      listModels: async () => {
        throw new Error('no server');
      },
    });
    const composer = createComposer({context, history: () => [], width: () => 40});
    typeAll(composer, '/model x');
    await new Promise(resolve => setImmediate(resolve));
    expect(press(composer, 'send')).toEqual({type: 'submit', line: '/model x'});
  });
});

describe('choosing', () => {
  const choices = [
    {label: 'red', line: '/set red'},
    {label: 'green', line: '/set green', current: true},
  ];

  it('shows the choices, filters them by what is typed, and submits the chosen line', () => {
    const composer = composerWith();
    composer.choose('Which?', choices);
    expect(composer.snapshot().menu).toMatchObject({title: 'Which?', selected: 0});
    typeAll(composer, 'gr');
    expect(labels(composer)).toEqual(['green']);
    expect(press(composer, 'send')).toEqual({type: 'submit', line: '/set green'});
    expect(composer.snapshot().menu).toBeNull();
  });

  it('submits nothing while nothing fits, and a question mark filters too', () => {
    const composer = composerWith();
    composer.choose('Which?', choices);
    expect(composer.type('?')).toEqual(none);
    expect(labels(composer)).toEqual([]);
    expect(press(composer, 'send')).toEqual(none);
    expect(composer.snapshot().menu).not.toBeNull();
  });

  it.each(['stop', 'cancel', 'send'] as const)('gives back what was being typed before, after %s', action => {
    const composer = composerWith();
    typeAll(composer, 'my draft');
    composer.choose('Which?', choices);
    expect(textOf(composer)).toBe('');
    typeAll(composer, 're');
    press(composer, action);
    expect(composer.snapshot().menu).toBeNull();
    expect(textOf(composer)).toBe('my draft');
  });

  it('offers nothing any more after the line was set from outside', () => {
    const composer = composerWith();
    composer.choose('Which?', choices);
    composer.setText('red');
    expect(press(composer, 'send')).toEqual({type: 'submit', line: 'red'});
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

  it('stay as they are while one walks through them, though another prompt is remembered', () => {
    const entries = ['b', 'a'];
    const context = fakeContext(sessionOver(createScriptedBackend()));
    let current: readonly string[] = entries;
    const composer = createComposer({context, history: () => current, width: () => 40});
    press(composer, 'up');
    current = ['c', 'b', 'a'];
    press(composer, 'up');
    expect(textOf(composer)).toBe('a');
  });

  it('begin with the newest again after one was sent', () => {
    const composer = composerWith(history);
    press(composer, 'earlier', 'earlier');
    expect(press(composer, 'send')).toEqual({type: 'submit', line: 'two\nlines'});
    press(composer, 'up');
    expect(textOf(composer)).toBe('newest');
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
