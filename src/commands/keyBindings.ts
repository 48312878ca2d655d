import {type KeyAction, type KeyBinding, keyLabel, keyTable} from './keyTable.ts';

/** The keys as this person has them. */
export type KeyBindings = {
  /** The table with the person's own keys, for help. */
  readonly table: readonly KeyBinding[];
  /** What typing in the composer does. */
  readonly editing: Editing;
  /** What a key does; undefined when it does nothing. */
  actionOf(key: string): KeyAction | undefined;
  /** The first key of an action as people write it; empty when it has none. */
  labelOf(action: KeyAction): string;
};

/** Keys that a person gives to actions, instead of their usual ones; none takes them away. */
export type OwnKeys = Readonly<Partial<Record<KeyAction, readonly string[]>>>;

/** The key that sends; the other one makes a new line. */
export type SubmitKey = 'enter' | 'alt-enter';

/** How a prompt is edited: as in a shell, or as in vi. */
export type Editing = 'readline' | 'vi';

/**
 * The table of keys with what the settings change: a key that `own` gives to an action is taken from every other, and
 * of two that `own` gives it to, the one that comes first in the table has it. With `submit`, Enter and Alt+Enter
 * change places. Whatever the settings say, there is a key that sends: where they leave none, it keeps its usual one.
 */
export function createKeyBindings(
  own: OwnKeys = {},
  submit: SubmitKey = 'enter',
  editing: Editing = 'readline',
): KeyBindings {
  const table = bind(own, submit);
  const sends = table.some(({action, keys}) => action === 'send' && keys.length > 0);
  const safe = sends ? table : bind({...own, send: usualKeys('send', submit)}, submit);
  const actions = new Map(safe.flatMap(({action, keys}) => keys.map(key => [key, action] as const)));
  const labelOf = (action: KeyAction): string => {
    const key = safe.find(binding => binding.action === action)?.keys[0];
    return key === undefined ? '' : keyLabel(key);
  };
  return {table: safe, editing, actionOf: key => actions.get(key), labelOf};
}

/** What cannot be as the settings want it: one line each. */
export function keyConflicts(own: OwnKeys, submit: SubmitKey = 'enter'): string[] {
  const found: string[] = [];
  const owners = new Map<string, KeyAction>();
  for (const {action} of keyTable) {
    for (const key of new Set(own[action] ?? [])) {
      const owner = owners.get(key);
      if (owner === undefined) owners.set(key, action);
      else found.push(`keys.${action}: ${key} is already that of keys.${owner}`);
    }
  }
  const sends = bind(own, submit).some(({action, keys}) => action === 'send' && keys.length > 0);
  if (!sends) found.push('keys: no key would be left that sends; give keys.send one first');
  return found;
}

function usualKeys(action: KeyAction, submit: SubmitKey): readonly string[] {
  const keys = keyTable.find(binding => binding.action === action)?.keys ?? [];
  if (submit === 'enter') return keys;
  return keys.map(key => (key === 'enter' ? 'alt+enter' : key === 'alt+enter' ? 'enter' : key));
}

function bind(own: OwnKeys, submit: SubmitKey): readonly KeyBinding[] {
  const owners = new Map<string, KeyAction>();
  // `send` goes first, so that nothing takes from it what it was given.
  for (const action of ['send' as const, ...keyTable.map(binding => binding.action)])
    for (const key of own[action] ?? []) if (!owners.has(key)) owners.set(key, action);
  return keyTable.map(binding => {
    const {action} = binding;
    const wanted = own[action] ?? usualKeys(action, submit);
    const keys = [...new Set(wanted)].filter(key => (owners.get(key) ?? action) === action);
    return {...binding, keys};
  });
}
