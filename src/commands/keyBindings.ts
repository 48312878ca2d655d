import {type KeyAction, type KeyBinding, keyTable} from './keyTable.ts';

/** The keys as this person has them. */
export type KeyBindings = {
  /** The table with the person's own keys, for help. */
  readonly table: readonly KeyBinding[];
  /** What a key does; undefined when it does nothing. */
  actionOf(key: string): KeyAction | undefined;
};

/**
 * The table of keys with what the settings change: `own` gives an action other keys (instead of its usual ones; none
 * takes them away), and a key that it takes is taken from every other action. `submit` is the key that sends: with
 * `alt-enter`, Enter and Alt+Enter change places.
 */
export function createKeyBindings(
  own: Readonly<Partial<Record<KeyAction, readonly string[]>>> = {},
  submit: 'enter' | 'alt-enter' = 'enter',
): KeyBindings {
  const swap = (key: string): string => {
    if (submit === 'enter') return key;
    return key === 'enter' ? 'alt+enter' : key === 'alt+enter' ? 'enter' : key;
  };
  const taken = new Set(Object.values(own).flat());
  const table = keyTable.map(binding => {
    const keys = own[binding.action] ?? binding.keys.map(swap).filter(key => !taken.has(key));
    return {...binding, keys};
  });
  const actions = new Map(table.flatMap(({action, keys}) => keys.map(key => [key, action] as const)));
  return {table, actionOf: key => actions.get(key)};
}
