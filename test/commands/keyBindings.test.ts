import {describe, expect, it} from 'vitest';
import {createKeyBindings, keyConflicts} from '../../src/commands/keyBindings.ts';
import {keyTable} from '../../src/commands/keyTable.ts';
import {parseKeyName} from '../../src/commands/parseKeyName.ts';

describe('the keys of a person', () => {
  it('are those of the table when nothing is set', () => {
    const {table, actionOf} = createKeyBindings();
    expect(table).toEqual(keyTable);
    for (const {action, keys} of keyTable) for (const key of keys) expect(actionOf(key), key).toBe(action);
    expect(actionOf('f12')).toBeUndefined();
  });

  it('are taken from every other action, and the usual ones of the action are free', () => {
    const {table, actionOf} = createKeyBindings({undo: ['ctrl+z', 'f5'], help: []});
    expect(actionOf('ctrl+z')).toBe('undo');
    expect(actionOf('f5')).toBe('undo');
    expect(actionOf('ctrl+_')).toBeUndefined();
    expect(actionOf('f1')).toBeUndefined();
    const keys = Object.fromEntries(table.map(binding => [binding.action, binding.keys]));
    expect(keys).toMatchObject({
      undo: ['ctrl+z', 'f5'],
      suspend: [],
      help: [],
      redo: ['alt+_', 'alt+/', 'ctrl+shift+z'],
    });
    expect(table.map(({action}) => action)).toEqual(keyTable.map(({action}) => action));
  });

  it('change places with the key that sends', () => {
    const {table, actionOf} = createKeyBindings({}, 'alt-enter');
    expect(actionOf('enter')).toBe('newline');
    expect(actionOf('alt+enter')).toBe('send');
    expect(actionOf('shift+enter')).toBe('newline');
    expect(table.find(({action}) => action === 'send')?.keys).toEqual(['alt+enter']);
    // Keys of one's own are meant as they are written.
    expect(createKeyBindings({send: ['enter']}, 'alt-enter').actionOf('enter')).toBe('send');
  });

  it('belong to the first of two actions that they are given to, but to sending before all', () => {
    const {table, actionOf} = createKeyBindings({redo: ['f5'], undo: ['f5'], stop: ['f6'], send: ['f6']});
    expect(actionOf('f5')).toBe('undo');
    expect(actionOf('f6')).toBe('send');
    expect(table.find(({action}) => action === 'redo')?.keys).toEqual([]);
    expect(keyConflicts({redo: ['f5'], undo: ['f5', 'f5']})).toEqual([
      'keys.redo: f5 is already that of keys.undo',
    ]);
    expect(keyConflicts({undo: ['f5', 'f5'], redo: ['ctrl+z']})).toEqual([]);
  });

  it.each([
    [{send: []}, 'enter', 'enter'],
    [{newline: ['enter']}, 'enter', 'enter'],
    [{newline: ['alt+enter']}, 'alt-enter', 'alt+enter'],
  ] as const)('leave a key that sends, with %j and %s', (own, submit, key) => {
    expect(keyConflicts(own, submit)).toEqual([
      'keys: no key would be left that sends; give keys.send one first',
    ]);
    const {table, actionOf} = createKeyBindings(own, submit);
    expect(actionOf(key)).toBe('send');
    expect(table.filter(({keys}) => keys.includes(key)).map(({action}) => action)).toEqual(['send']);
  });
});

describe('the name of a key', () => {
  it.each([
    ['Ctrl+Shift+K', 'ctrl+shift+k'],
    ['shift-ctrl-k', 'ctrl+shift+k'],
    ['alt-enter', 'alt+enter'],
    ['Option+Return', 'alt+enter'],
    ['control+alt+left', 'ctrl+alt+left'],
    ['PgUp', 'pageup'],
    ['page-down', 'pagedown'],
    ['Esc', 'escape'],
    ['meta+<', 'alt+<'],
    ['ctrl+-', 'ctrl+-'],
    ['ctrl-+', 'ctrl++'],
    ['ctrl+/', 'ctrl+/'],
    ['Ctrl+Space', 'ctrl+space'],
    ['shift+tab', 'shift+tab'],
    [' F12 ', 'f12'],
    ['alt+↑', 'alt+up'],
    ['ctrl+ö', 'ctrl+ö'],
  ])('%s is %s', (text, key) => {
    expect(parseKeyName(text)).toEqual({ok: true, key});
  });

  it('is that of every key in the table', () => {
    for (const key of keyTable.flatMap(({keys}) => keys)) expect(parseKeyName(key)).toEqual({ok: true, key});
  });

  it.each([
    ['', 'is no key'],
    ['ctrl', 'is no key'],
    ['ctrl+', 'is no key'],
    ['hyper+x', 'is no key'],
    ['ctrl+constructor', 'is no key'],
    ['f13', 'is no key'],
    ['x', 'types a character'],
    ['shift+x', 'types a character'],
    ['space', 'types a character'],
    ['ctrl+i', 'is the same as tab'],
    ['Ctrl-M', 'is the same as enter'],
  ])('is not %j', (text, reason) => {
    expect(parseKeyName(text)).toEqual({ok: false, reason: expect.stringContaining(reason)});
  });
});
