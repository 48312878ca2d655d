/** Names that people use for keys, and that the terminal's input has them under. */
const aliases: Readonly<Record<string, string>> = {
  return: 'enter',
  esc: 'escape',
  del: 'delete',
  ins: 'insert',
  bs: 'backspace',
  pgup: 'pageup',
  'page-up': 'pageup',
  pgdn: 'pagedown',
  pgdown: 'pagedown',
  'page-down': 'pagedown',
  '↑': 'up',
  '↓': 'down',
  '←': 'left',
  '→': 'right',
};

const named = new Set([
  ...['enter', 'tab', 'escape', 'backspace', 'delete', 'insert', 'home', 'end', 'pageup', 'pagedown'],
  ...['up', 'down', 'left', 'right', 'space'],
  ...Array.from({length: 12}, (_, index) => `f${index + 1}`),
]);

const modifiers: Readonly<Record<string, 'ctrl' | 'alt' | 'shift'>> = {
  ctrl: 'ctrl',
  control: 'ctrl',
  alt: 'alt',
  option: 'alt',
  meta: 'alt',
  shift: 'shift',
};

/** Keys that terminals send as another one (ASCII control characters). */
const twins: Readonly<Record<string, string>> = {
  'ctrl+i': 'tab',
  'ctrl+m': 'enter',
  'ctrl+[': 'escape',
};

/**
 * Reads the name of a key as a person writes it: `Ctrl+Shift+K`, `alt-enter`, `PgUp`, `f2`. `key` is its name in the
 * table of keys: modifiers in the order ctrl, alt, shift, then the key, in small letters.
 */
export function parseKeyName(text: string): {ok: true; key: string} | {ok: false; reason: string} {
  let rest = text.trim().toLowerCase();
  const held = new Set<string>();
  for (;;) {
    const [all = '', word = ''] = /^([a-z]+)[+-](?=.)/.exec(rest) ?? [];
    const modifier = Object.hasOwn(modifiers, word) ? modifiers[word] : undefined;
    if (!modifier) break;
    held.add(modifier);
    rest = rest.slice(all.length);
  }
  const name = Object.hasOwn(aliases, rest) ? (aliases[rest] ?? rest) : rest;
  const isCharacter = [...name].length === 1 && /^[^\p{Cc}\s]$/u.test(name);
  if (!named.has(name) && !isCharacter) {
    return {ok: false, reason: `"${text}" is no key; keys look like ctrl+k, alt+enter, shift+tab, f2`};
  }
  const key = [...['ctrl', 'alt', 'shift'].filter(each => held.has(each)), name].join('+');
  const types = isCharacter || name === 'space';
  if (types && !held.has('ctrl') && !held.has('alt')) {
    return {ok: false, reason: `"${text}" types a character; put ctrl+ or alt+ before it`};
  }
  const twin = twins[key];
  if (twin !== undefined) return {ok: false, reason: `"${text}" is the same as ${twin} for most terminals`};
  return {ok: true, key};
}
