import {describe, expect, it} from 'vitest';
import {type Composer, createComposer, type Intent} from '../../../../src/ui/composer/createComposer.ts';
import {createViEditing} from '../../../../src/ui/composer/vi/createViEditing.ts';
import {fakeContext} from '../../../commands/fakeContext.ts';
import {sessionOver} from '../../../core/sampleSession.ts';
import {createScriptedBackend} from '../../../core/scriptedBackend.ts';

const none: Intent = {type: 'none'};

function prepared({history = [] as readonly string[], width = 40} = {}) {
  let isBusy = false;
  const plain = createComposer({
    context: fakeContext(sessionOver(createScriptedBackend())),
    history: {
      at: index => history[index],
      suggest: prefix => history.find(prompt => prompt.startsWith(prefix)),
    },
    width: () => width,
    pasteFold: {lines: 3, characters: 100},
  });
  const composer = createViEditing(plain, () => isBusy);
  /** Types as a terminal sends it: `⎋` is Esc. Keys that rows are moved by go back in, as the chat does it. */
  const type = (text: string): Intent => {
    let last: Intent = none;
    for (const part of text.split(/(⎋)/)) {
      if (part === '⎋') last = composer.press('stop');
      else if (part !== '') last = composer.type(part);
      while (last.type === 'key') {
        const {action, rest} = last;
        last = composer.press(action);
        if (rest !== '') last = composer.type(rest);
      }
    }
    return last;
  };
  return {
    composer,
    type,
    busy: (now: boolean): void => {
      isBusy = now;
    },
    line: (): string => lineOf(composer),
    mode: () => composer.snapshot().mode,
  };
}

function lineOf(composer: Composer): string {
  const {text, cursor} = composer.snapshot().buffer;
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`;
}

describe('the modes', () => {
  it('begin with INSERT, in which one types as ever, and Esc leads to NORMAL, one to the left', () => {
    const {composer, type, line, mode} = prepared();
    expect(mode()).toBe('insert');
    type('hello');
    expect(line()).toBe('hello|');
    expect(type('⎋')).toEqual(none);
    expect(mode()).toBe('normal');
    expect(line()).toBe('hell|o');
    type('ix');
    expect(line()).toBe('hellx|o');
    composer.press('word-left');
    expect(line()).toBe('|hellxo');
  });

  it('change in the middle of what is typed at once', () => {
    const {type, line, mode} = prepared();
    type('one two⎋bcwX⎋0iY');
    expect(line()).toBe('Y|one X');
    expect(mode()).toBe('insert');
  });

  it('begin anew with INSERT when the line was sent from NORMAL, or cleared', () => {
    const {composer, type, line, mode} = prepared();
    type('hello⎋');
    expect(composer.press('send')).toEqual({type: 'submit', line: 'hello', typed: 'hello'});
    expect(mode()).toBe('insert');
    type('again⎋');
    expect(composer.press('cancel')).toEqual(none);
    expect(mode()).toBe('insert');
    expect(line()).toBe('|');
  });

  it('show what is selected, and leave the selection when the text becomes another', () => {
    const {composer, type, mode} = prepared();
    type('one two⎋vb');
    expect(composer.snapshot()).toMatchObject({mode: 'visual', selection: {start: 4, end: 7}});
    composer.press('left');
    expect(composer.snapshot().selection).toMatchObject({start: 3, end: 7});
    composer.setText('x');
    expect(composer.snapshot()).toMatchObject({mode: 'normal', selection: null});
    type('V⎋');
    expect(mode()).toBe('normal');
    type('V');
    composer.press('send');
    expect(composer.snapshot()).toMatchObject({mode: 'insert', selection: null});
  });
});

describe('Esc', () => {
  const pass: Intent = {type: 'pass', action: 'stop'};

  it('does in NORMAL what it does without vi editing, once no command waits for more', () => {
    const {type} = prepared();
    type('text⎋');
    expect(type('d⎋')).toEqual(none);
    expect(type('⎋')).toEqual(pass);
  });

  it('leads an idle empty line to NORMAL first', () => {
    const {type, mode} = prepared();
    expect(type('⎋')).toEqual(none);
    expect(mode()).toBe('normal');
    expect(type('⎋')).toEqual(pass);
  });

  it('stops an answer at once while the line is empty, and one types on', () => {
    const {type, mode, busy} = prepared();
    busy(true);
    expect(type('⎋')).toEqual(pass);
    expect(mode()).toBe('insert');
    expect(type('draft⎋')).toEqual(none);
    expect(mode()).toBe('normal');
    expect(type('⎋')).toEqual(pass);
  });

  it('closes the menu first', () => {
    const {composer, type, mode} = prepared();
    type('/mo');
    expect(composer.snapshot().menu).not.toBeNull();
    expect(type('⎋')).toEqual(none);
    expect(composer.snapshot().menu).toBeNull();
    expect(mode()).toBe('insert');
    type('⎋');
    expect(mode()).toBe('normal');
  });
});

describe('normal mode', () => {
  it('offers nothing, and opens the menu of commands by / on an empty line only', () => {
    const {composer, type, line, mode} = prepared({history: ['/model gemma', 'what is this']});
    type('/mo⎋⎋h');
    expect(composer.snapshot()).toMatchObject({menu: null, ghost: ''});
    type('0/');
    expect(line()).toBe('|/mo');
    type('dd/');
    expect(mode()).toBe('insert');
    expect(composer.snapshot().menu?.items.length).toBeGreaterThan(5);
    type('⎋⎋ddiwhat⎋');
    expect(composer.snapshot().ghost).toBe('');
    type('a');
    expect(composer.snapshot().ghost).toBe(' is this');
  });

  it('asks for help by ? on an empty line', () => {
    const {type} = prepared();
    expect(type('⎋?')).toEqual({type: 'pass', action: 'help'});
  });

  it('goes by j and k through the rows, keeping the column, and beyond them through earlier prompts', () => {
    const {type, line} = prepared({history: ['last', 'the one\nbefore'], width: 10});
    type('abcdefghijklmno⎋');
    expect(line()).toBe('abcdefghijklmn|o');
    type('k');
    expect(line()).toBe('abcd|efghijklmno');
    type('k');
    expect(line()).toBe('las|t');
    type('kk');
    expect(line()).toBe('the o|ne\nbefore');
    type('2j');
    expect(line()).toBe('las|t');
    type('j');
    expect(line()).toBe('abcd|efghijklmno');
    type('3kj');
    expect(line()).toBe('the one\nbefor|e');
  });

  it('goes through the rows by the arrows and keeps the cursor on a character', () => {
    const {composer, type, line} = prepared();
    type('long line\nab');
    composer.press('newline');
    type('third⎋');
    composer.press('up');
    expect(line()).toBe('long line\na|b\nthird');
    composer.press('up');
    expect(line()).toBe('long| line\nab\nthird');
    composer.press('line-end');
    expect(line()).toBe('long lin|e\nab\nthird');
  });

  it('takes Backspace for h and Delete for x, and a new line for the next one to type in', () => {
    const {composer, type, line, mode} = prepared();
    type('abc⎋');
    composer.press('delete-backward');
    expect(line()).toBe('a|bc');
    composer.press('delete-forward');
    expect(line()).toBe('a|c');
    composer.press('newline');
    expect(line()).toBe('ac\n|');
    expect(mode()).toBe('insert');
  });

  it('puts a paste behind the cursor, as p does, and a long one as a chip', () => {
    const {composer, type, line, mode} = prepared();
    type('ab⎋');
    composer.paste('XY');
    expect(line()).toBe('abX|Y');
    expect(mode()).toBe('normal');
    composer.paste('1\n2\n3\n4\n5');
    expect(composer.text()).toBe('abXY1\n2\n3\n4\n5');
    type('xuup');
    expect(composer.text()).toBe('abXY1\n2\n3\n4\n5');
  });

  it('shares what is deleted with the keys of the shell', () => {
    const {composer, type, line} = prepared();
    type('one two⎋');
    type('daw');
    expect(line()).toBe('on|e');
    type('a');
    composer.press('yank');
    expect(line()).toBe('one two|');
    composer.press('delete-word-backward');
    type('⎋P');
    expect(line()).toBe('onetw|o ');
  });
});

describe('what is typed in one insertion', () => {
  it('is one step to undo', () => {
    const {type, line} = prepared();
    type('one two three⎋');
    type('Ax y z⎋u');
    expect(line()).toBe('one two thre|e');
    type('u');
    expect(line()).toBe('|');
    type('UU');
    expect(line()).toBe('one two threex y |z');
  });

  it('ends where the cursor is moved, and what is typed after that is repeated', () => {
    const {composer, type, line} = prepared();
    type('ab');
    composer.press('left');
    type('XY⎋');
    type('.');
    expect(line()).toBe('aXX|YYb');
    type('uu');
    expect(line()).toBe('a|b');
  });

  it('is not what an earlier prompt brought', () => {
    const {composer, type, line} = prepared({history: ['earlier']});
    type('ab⎋A');
    composer.press('earlier');
    expect(line()).toBe('earlier|');
    type('!⎋');
    type('.');
    expect(line()).toBe('earlier|!!');
    composer.press('undo');
    composer.press('undo');
    expect(composer.text()).toBe('earlier');
  });
});
