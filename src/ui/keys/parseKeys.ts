/**
 * What comes from the terminal: a named key (`ctrl+c`, `alt+left`, `enter`), typed text, a bracketed paste,
 * or the terminal's answer to a question, which must never be taken for typing.
 */
export type KeyEvent =
  | {type: 'key'; name: string}
  | {type: 'text'; text: string}
  | {type: 'paste'; text: string}
  | {type: 'reply'; sequence: string};

/** Begins a bracketed paste. */
export const pasteStart = '\u001b[200~';
export const pasteEnd = '\u001b[201~';

/** `CSI n ~` keys (DEC VT220 and xterm). */
const tildeKeys: Record<string, string> = {
  1: 'home',
  2: 'insert',
  3: 'delete',
  4: 'end',
  5: 'pageup',
  6: 'pagedown',
  7: 'home',
  8: 'end',
  11: 'f1',
  12: 'f2',
  13: 'f3',
  14: 'f4',
  15: 'f5',
  17: 'f6',
  18: 'f7',
  19: 'f8',
  20: 'f9',
  21: 'f10',
  23: 'f11',
  24: 'f12',
};

/** `CSI 1;m X` and `SS3 X` keys. */
const letterKeys: Record<string, string> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  H: 'home',
  F: 'end',
  E: 'begin',
  P: 'f1',
  Q: 'f2',
  R: 'f3',
  S: 'f4',
  Z: 'shift+tab',
  M: 'enter',
};

/** Code points of the kitty keyboard protocol and of modifyOtherKeys that are not characters. */
const codePointKeys: Record<number, string> = {
  8: 'backspace',
  9: 'tab',
  13: 'enter',
  27: 'escape',
  32: 'space',
  127: 'backspace',
  57414: 'enter',
  57417: 'left',
  57418: 'right',
  57419: 'up',
  57420: 'down',
  57421: 'pageup',
  57422: 'pagedown',
  57423: 'home',
  57424: 'end',
  57425: 'insert',
  57426: 'delete',
};

/** What the keys of the number pad type, from code point 57399 on (kitty keyboard protocol). */
const numberPad = '0123456789./*-+';

/** What Shift makes of the other keys of a US keyboard. */
const shiftedSigns = '~!@#$%^&*()_+{}|:"<>?';

/** `CSI [ X`: the function keys of the Linux console. */
const consoleKeys: Record<string, string> = {A: 'f1', B: 'f2', C: 'f3', D: 'f4', E: 'f5'};

const csi = /^\u001b\[([0-?]*)([ -/]*)([@-~])/;
const stringSequence = /^\u001b(?:\]\d|P[\d>$!]|_G)[\s\S]*?(?:\u0007|\u001b\\)/;
const unfinishedCsi = /^\u001b\[[0-?]*[ -/]*$/;
/** How answers of a terminal begin that are strings (OSC, DCS, APC). Alt and a key may begin like them, but goes on otherwise. */
const stringOpening = /^\u001b(?:\](?:\d|$)|P(?:[\d>$!]|$)|_(?:G|$))/;

/**
 * Cuts terminal input into events. `rest` is the beginning of a sequence whose end has not come yet; give it back
 * in front of the next input. A lone ESC is such a beginning: only time tells it from the Escape key.
 * Sources: ECMA-48, xterm's ctlseqs, the kitty keyboard protocol.
 */
export function parseKeys(input: string): {events: KeyEvent[]; rest: string} {
  const events: KeyEvent[] = [];
  let text = '';
  const push = (event: KeyEvent | undefined): void => {
    if (text !== '') events.push({type: 'text', text});
    text = '';
    if (event) events.push(event);
  };

  let at = 0;
  while (at < input.length) {
    const rest = input.slice(at);
    const character = rest[0] ?? '';
    if (character >= ' ' && character !== '\u007f') {
      text += character;
      at += 1;
    } else if (character !== '\u001b') {
      push({type: 'key', name: controlKey(character)});
      at += 1;
    } else if (rest.startsWith(pasteStart)) {
      const end = rest.indexOf(pasteEnd);
      if (end === -1) break;
      push({type: 'paste', text: rest.slice(pasteStart.length, end).replace(/\r\n?/g, '\n')});
      at += end + pasteEnd.length;
    } else {
      const sequence = escapeSequence(rest);
      if (!sequence) break;
      push(sequence.event);
      at += sequence.length;
    }
  }
  push(undefined);
  return {events, rest: input.slice(at)};
}

/** Reads the sequence that begins with ESC; undefined while it is unfinished. */
function escapeSequence(rest: string): {length: number; event: KeyEvent | undefined} | undefined {
  if (rest === '\u001b' || unfinishedCsi.test(rest) || rest === '\u001bO') return undefined;
  if (rest.startsWith('\u001b[[')) {
    if (rest.length === 3) return undefined;
    const name = consoleKeys[rest[3] ?? ''];
    if (name) return {length: 4, event: {type: 'key', name}};
  }
  const string = stringSequence.exec(rest);
  if (string) return {length: string[0].length, event: {type: 'reply', sequence: string[0]}};
  if (stringOpening.test(rest) && rest.length < 4096) return undefined;
  const control = csi.exec(rest);
  if (control) {
    const [all, parameters = '', , final = ''] = control;
    return {length: all.length, event: csiEvent(all, parameters, final)};
  }
  const inner = rest[1] ?? '';
  if (inner === 'O' && /^[!-~]/.test(rest.slice(2))) {
    const name = letterKeys[rest[2] ?? ''];
    return {length: 3, event: name ? {type: 'key', name} : undefined};
  }
  if (inner === '\u001b') return afterEscape(rest);
  const character = String.fromCodePoint(rest.codePointAt(1) ?? 0);
  const name = inner < ' ' || inner === '\u007f' ? controlKey(inner) : character.toLowerCase();
  return {length: 1 + character.length, event: {type: 'key', name: withAlt(name === ' ' ? 'space' : name)}};
}

/** ESC ESC: Alt and a key that is a sequence itself, or the Escape key and whatever follows. */
function afterEscape(rest: string): {length: number; event: KeyEvent} | undefined {
  if (rest.length === 2) return undefined;
  if (/^[[O]/.test(rest.slice(2))) {
    const nested = escapeSequence(rest.slice(1));
    if (!nested) return undefined;
    if (nested.event?.type === 'key' && nested.length > 2)
      return {length: nested.length + 1, event: {type: 'key', name: withAlt(nested.event.name)}};
  }
  return {length: 1, event: {type: 'key', name: 'escape'}};
}

function withAlt(name: string): string {
  if (/^(ctrl\+)?alt\+/.test(name)) return name;
  return name.startsWith('ctrl+') ? `ctrl+alt+${name.slice('ctrl+'.length)}` : `alt+${name}`;
}

function csiEvent(sequence: string, parameters: string, final: string): KeyEvent | undefined {
  if (/^[?>=]/.test(parameters) || final === 'c' || final === 'n' || final === 't' || final === 'y')
    return {type: 'reply', sequence};
  // A cursor position report; F3 with modifiers looks the same but for its first number.
  if (final === 'R' && /^\d+;\d+$/.test(parameters) && !parameters.startsWith('1;'))
    return {type: 'reply', sequence};
  if (final === 'I' || final === 'O') return {type: 'reply', sequence};
  const [first = '', second = '', third = ''] = parameters.split(';');
  if (final === 'u') return codePointEvent(first.split(':').map(Number), second);
  if (final === '~' && first === '27') return codePointEvent([Number(third)], second);
  const name = final === '~' ? tildeKeys[first] : letterKeys[final];
  return name && !isRelease(second) ? {type: 'key', name: withModifiers(name, second)} : undefined;
}

/**
 * A key by its code point; after it may follow the one that Shift makes of it, and the one that stands at its place
 * on a US keyboard, so that Ctrl+C is Ctrl+C in every script.
 */
function codePointEvent([own = 0, shifted = 0, onUs = 0]: number[], modifiers: string): KeyEvent | undefined {
  const bits = modifierBits(modifiers);
  const isHeld = (bits & 6) !== 0;
  const codePoint = isHeld && own > 127 && onUs > 0 ? onUs : own;
  if (isRelease(modifiers) || !(codePoint > 0 && codePoint <= 0x10ffff)) return undefined;
  const known = codePointKeys[codePoint];
  if (known === 'space' && !isHeld) return {type: 'text', text: ' '};
  // Shift is often still held when a typing error is taken back.
  if (known === 'backspace' && !isHeld) return {type: 'key', name: known};
  if (known) return {type: 'key', name: withModifiers(known, modifiers)};
  const typed = numberPad[codePoint - 57399] ?? String.fromCodePoint(codePoint);
  if (!isCharacter(typed)) return undefined;
  if (isHeld || bits & 8) return {type: 'key', name: heldKey(typed, shifted, bits)};
  // A plain character, or one that only Shift was held for, is typing.
  if (!(bits & 1)) return {type: 'text', text: typed};
  return {type: 'text', text: shifted > 0 ? String.fromCodePoint(shifted) : typed.toUpperCase()};
}

/**
 * A character with other keys than Shift held. A sign that Shift makes stands for itself, as it does in the older
 * encodings: `ctrl+_`, not `ctrl+shift+-`; a letter keeps its Shift.
 */
function heldKey(typed: string, shifted: number, bits: number): string {
  const isShifted = (bits & 1) !== 0;
  const sign = isShifted && shifted > 0 ? String.fromCodePoint(shifted) : typed;
  if (isShifted && isCharacter(sign) && shiftedSigns.includes(sign)) return withBits(sign, bits & ~1);
  return withBits(typed.toLowerCase(), bits);
}

/** False for control characters and for the private code points that keys without a character have. */
function isCharacter(text: string): boolean {
  return !/^[\p{Cc}\p{Cs}\ue000-\uf8ff]/u.test(text);
}

/** Modifiers are sent as 1 + a bit set: shift 1, alt 2, ctrl 4, super 8; an event type may follow a colon. */
function withModifiers(name: string, field: string): string {
  return withBits(name, modifierBits(field));
}

function withBits(name: string, bits: number): string {
  const held = [bits & 4 && 'ctrl', bits & 2 && 'alt', bits & 1 && 'shift'].filter(Boolean);
  return [...held, name].join('+');
}

function modifierBits(field: string): number {
  return Math.max(0, (Number.parseInt(field, 10) || 1) - 1);
}

function isRelease(field: string): boolean {
  return field.split(':')[1] === '3';
}

function controlKey(character: string): string {
  const code = character.charCodeAt(0);
  if (character === '\r') return 'enter';
  if (character === '\t') return 'tab';
  if (code === 0x7f) return 'backspace';
  if (code === 0) return 'ctrl+space';
  if (code === 0x1b) return 'escape';
  if (code <= 26) return `ctrl+${String.fromCharCode(code + 96)}`;
  return `ctrl+${['\\', ']', '^', '_'][code - 28] ?? '?'}`;
}
