import {describe, expect, it} from 'vitest';
import type {ChoiceAction} from '../../src/commands/command.ts';
import {createChoiceList} from '../../src/plain/createChoiceList.ts';

const actions: readonly ChoiceAction[] = [
  {key: 'list-delete', word: 'delete', run: ({label}) => ({type: 'view', search: `deleted ${label}`})},
  {key: 'list-rename', word: 'rename', line: ({label}, text) => `/rename ${label} ${text}`},
  {key: 'undo', word: 'undo', isHinted: false, run: () => ({type: 'none'})},
];
const choices = ['cats', 'dogs', '3 delete'].map(label => ({label, line: `/open ${label}`}));

describe('a list with more to do than to choose', () => {
  const list = () => createChoiceList({title: 'Choose', choices, actions});

  it('says what can be typed', () => {
    expect(list().text()).toMatch(/^Choose; type a number, delete NUMBER, rename NUMBER TEXT:\n1\. cats\n/);
    expect(createChoiceList({title: 'Choose', choices}).text()).toMatch(/^Choose; type a number:\n/);
  });

  it('does it with the choice of that number', () => {
    const deleted = list().answer(' delete 2 ');
    expect(deleted).toMatchObject({type: 'chosen', choice: {label: 'delete'}});
    if (deleted.type !== 'chosen' || !('run' in deleted.choice)) throw new Error('nothing to run');
    expect(deleted.choice.run()).toEqual({type: 'view', search: 'deleted dogs'});
    expect(list().answer('rename 1 A better  name')).toEqual({
      type: 'chosen',
      choice: {label: 'rename', line: '/rename cats A better  name'},
    });
    expect(list().answer('delete 9')).toEqual({
      type: 'again',
      text: 'There is no number 9; they go from 1 to 3.\n',
    });
  });

  it('tells that from a number, and from words that narrow the list', () => {
    const meant = ['2', ' 2 ', 'delete 2', 'rename 1 x', 'delete 9'];
    const words = ['cats', 'delete', 'rename 1', 'delete 2 now', 'remove 2', 'delete cats'];
    expect(meant.map(list().isMeant)).toEqual(meant.map(() => true));
    expect(words.map(list().isMeant)).toEqual(words.map(() => false));
    expect(list().answer('delete')).toMatchObject({
      type: 'again',
      text: expect.stringContaining('1. 3 delete'),
    });
  });
});
