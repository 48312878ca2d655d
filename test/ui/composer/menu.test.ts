import {describe, expect, it} from 'vitest';
import type {Command} from '../../../src/commands/command.ts';
import {commands} from '../../../src/commands/commands.ts';
import {
  argumentItems,
  choiceItems,
  commandItems,
  type Menu,
  moveSelection,
  visibleItems,
} from '../../../src/ui/composer/menu.ts';

const lines = (items: readonly {line: string}[]): string[] => items.map(item => item.line);
const model = commands.find(({name}) => name === 'model') as Command;

describe('the menu of commands', () => {
  it('shows every command for a slash alone', () => {
    expect(lines(commandItems('/', commands))).toEqual(commands.map(({name}) => `/${name}`));
  });

  it('shows those that begin so before those that contain it', () => {
    expect(lines(commandItems('/se', commands))).toEqual(['/set', '/reset']);
    expect(lines(commandItems('/RE', commands))).toEqual(['/reset', '/retry']);
    expect(commandItems('/zzz', commands)).toEqual([]);
  });

  it('finds a command by its alias', () => {
    expect(lines(commandItems('/bye', commands))).toEqual(['/quit']);
  });

  it('puts the command of exactly that name first', () => {
    const named = (name: string): Command => ({name, summary: name, run: () => ({type: 'none'})});
    expect(lines(commandItems('/model', [named('models'), named('model')]))).toEqual(['/model', '/models']);
  });

  it('submits a command that must be typed in full only when it is', () => {
    const submits = (typed: string): boolean[] => commandItems(typed, commands).map(item => item.submits);
    expect(submits('/qui')).toEqual([false]);
    expect(submits('/quit')).toEqual([true]);
    expect(submits('/exit')).toEqual([true]);
    expect(submits('/mode')).toEqual([true]);
  });
});

describe('the menu of an argument', () => {
  const names = ['ollama/gemma', 'ollama/gemma-big', 'local/guide', 'gemma/x'];

  it('shows those that begin so before those that contain it', () => {
    expect(argumentItems(model, 'gem', names).map(item => item.label)).toEqual([
      'gemma/x',
      'ollama/gemma',
      'ollama/gemma-big',
    ]);
    expect(lines(argumentItems(model, 'GUIDE', names))).toEqual(['/model local/guide']);
    expect(argumentItems(model, 'zzz', names)).toEqual([]);
  });

  it('leaves out what is typed in full already', () => {
    expect(lines(argumentItems(model, 'ollama/gemma', names))).toEqual(['/model ollama/gemma-big']);
  });

  it('shows nothing when there is nothing left to complete', () => {
    expect(argumentItems(model, 'ollama/gemma-big', names)).toEqual([]);
  });
});

describe('a list of choices', () => {
  const choices = [
    {label: 'ollama/gemma', detail: '4B', line: '/model ollama/gemma', current: true},
    {label: 'ollama/qwen', detail: '8B Q4', line: '/model ollama/qwen'},
    {label: 'local/guide', line: '/model local/guide'},
  ];

  it('is filtered by every word of what is typed, in label and detail', () => {
    expect(lines(choiceItems(choices, ''))).toHaveLength(3);
    expect(lines(choiceItems(choices, 'q4 OLLAMA'))).toEqual(['/model ollama/qwen']);
    expect(choiceItems(choices, 'qwen guide')).toEqual([]);
  });

  it('marks the present one', () => {
    expect(choiceItems(choices, '').map(item => item.detail)).toEqual(['4B · current', '8B Q4', '']);
  });
});

describe('moving in a menu', () => {
  const menu = (count: number, selected: number): Menu => ({
    selected,
    items: Array.from({length: count}, (_, index) => ({
      label: `${index}`,
      detail: '',
      line: `${index}`,
      submits: true,
    })),
  });

  it('goes round at both ends', () => {
    expect(moveSelection(menu(3, 2), 1).selected).toBe(0);
    expect(moveSelection(menu(3, 0), -1).selected).toBe(2);
    expect(moveSelection(menu(3, 0), 1).selected).toBe(1);
    expect(moveSelection(menu(0, 0), 1).selected).toBe(0);
  });

  it('always shows the selected item, and as many as fit', () => {
    for (let count = 0; count < 8; count += 1) {
      for (let selected = 0; selected < count; selected += 1) {
        for (let rows = 1; rows < 6; rows += 1) {
          const {items, first} = visibleItems(menu(count, selected), rows);
          expect(items).toHaveLength(Math.min(rows, count));
          expect(items[0]?.label).toBe(`${first}`);
          expect(items.map(item => item.label)).toContain(`${selected}`);
        }
      }
    }
  });
});
