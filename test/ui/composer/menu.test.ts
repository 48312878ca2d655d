import {describe, expect, it} from 'vitest';
import type {Command} from '../../../src/commands/command.ts';
import {
  argumentItems,
  commandItems,
  type Menu,
  moveSelection,
  pageSelection,
  visibleItems,
} from '../../../src/ui/composer/menu.ts';

const command = (name: string, more: Partial<Command> = {}): Command => ({
  name,
  summary: name,
  run: () => ({type: 'none'}),
  ...more,
});
const commands = [
  command('help'),
  command('set'),
  command('reset'),
  command('retry'),
  command('model'),
  command('quit', {aliases: ['exit', 'bye'], exact: true}),
];
const lines = (items: readonly {line: string}[]): string[] => items.map(item => item.line);

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
    expect(lines(commandItems('/model', [command('models'), command('model')]))).toEqual([
      '/model',
      '/models',
    ]);
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
  it('shows what stands for a completion, and finds it by that too', () => {
    const stored = [
      {text: '01ABC', label: 'The weather', detail: '2 d'},
      {text: '01DEF', label: 'Bread', detail: '3 d'},
    ];
    expect(argumentItems('resume', 'weat', stored)).toEqual([
      {label: 'The weather', detail: '2 d', line: '/resume 01ABC', submits: true},
    ]);
    expect(argumentItems('resume', '01d', stored).map(({label}) => label)).toEqual(['Bread']);
  });

  const names = ['ollama/gemma', 'ollama/gemma-big', 'local/guide', 'gemma/x'];

  it('shows those that begin so before those that contain it', () => {
    expect(argumentItems('model', 'gem', names).map(item => item.label)).toEqual([
      'gemma/x',
      'ollama/gemma',
      'ollama/gemma-big',
    ]);
    expect(lines(argumentItems('model', 'GUIDE', names))).toEqual(['/model local/guide']);
    expect(argumentItems('model', 'zzz', names)).toEqual([]);
  });

  it('finds words in any order, and keeps the name by which the command was typed', () => {
    expect(lines(argumentItems('m', 'big gemma', names))).toEqual(['/m ollama/gemma-big']);
  });

  it('leaves out what is typed in full already', () => {
    expect(lines(argumentItems('model', 'ollama/gemma', names))).toEqual(['/model ollama/gemma-big']);
  });

  it('shows nothing when there is nothing left to complete', () => {
    expect(argumentItems('model', 'ollama/gemma-big', names)).toEqual([]);
  });
});

describe('moving in a menu', () => {
  const menu = (count: number, selected: number): Menu => ({
    selected,
    range: {start: 0, end: 0},
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

  it('stays at the ends when it goes by pages', () => {
    expect(pageSelection(menu(30, 4), 8).selected).toBe(12);
    expect(pageSelection(menu(10, 4), 8).selected).toBe(9);
    expect(pageSelection(menu(10, 4), -8).selected).toBe(0);
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
