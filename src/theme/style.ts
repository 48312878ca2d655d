/** A colour as a theme names it: one of the terminal's own 16, one of the 256 of xterm, or 24 bits. */
export type Color =
  | {kind: 'ansi'; index: number}
  | {kind: 'indexed'; index: number}
  | {kind: 'rgb'; red: number; green: number; blue: number};

/** How a piece of text looks. No field set means: as the terminal writes by itself. */
export type Style = {
  foreground?: Color;
  background?: Color;
  bold?: boolean;
  dim?: boolean;
  italic?: boolean;
  underline?: boolean;
  inverse?: boolean;
  strikethrough?: boolean;
};

const attributes = ['bold', 'dim', 'italic', 'underline', 'inverse', 'strikethrough'] as const;
type Attribute = (typeof attributes)[number];

const colorNames = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];

/**
 * Reads a style as a theme file writes it: words in any order, each an attribute (`bold dim italic underline inverse
 * strikethrough`), a colour, or `on` and a colour for the background. A colour is a name (`red`, `bright-red`, `gray`),
 * a number from 0 to 255, `#rgb` or `#rrggbb`. `none` or an empty text is no style at all.
 * Returns the word that could not be read when there is one.
 */
export function parseStyle(text: string): {ok: true; style: Style} | {ok: false; word: string} {
  const style: Style = {};
  let background = false;
  const words = text.trim().toLowerCase().split(/\s+/);
  for (const word of words) {
    if (word === '' || word === 'none') continue;
    if (word === 'on' && !background) {
      background = true;
      continue;
    }
    if (isAttribute(word) && !background) {
      style[word] = true;
      continue;
    }
    const color = parseColor(word);
    if (!color) return {ok: false, word};
    if (background) style.background = color;
    else style.foreground = color;
    background = false;
  }
  return background ? {ok: false, word: 'on'} : {ok: true, style};
}

function isAttribute(word: string): word is Attribute {
  return (attributes as readonly string[]).includes(word);
}

function parseColor(word: string): Color | undefined {
  if (word === 'gray' || word === 'grey') return {kind: 'ansi', index: 8};
  const bright = word.startsWith('bright-');
  const name = colorNames.indexOf(bright ? word.slice('bright-'.length) : word);
  if (name >= 0) return {kind: 'ansi', index: name + (bright ? 8 : 0)};
  if (/^\d{1,3}$/.test(word) && Number(word) <= 255) {
    const index = Number(word);
    return index < 16 ? {kind: 'ansi', index} : {kind: 'indexed', index};
  }
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/.exec(word)?.[1];
  if (!hex) return undefined;
  const six = hex.length === 3 ? [...hex].map(digit => digit + digit).join('') : hex;
  const value = Number.parseInt(six, 16);
  return {kind: 'rgb', red: value >> 16, green: (value >> 8) & 255, blue: value & 255};
}
