import type {ColorLevel} from './colorLevel.ts';
import {toAnsi, toIndexed} from './palette.ts';
import type {Color, Style} from './style.ts';

/** Gives a text its look. */
export type Paint = (text: string) => string;

/**
 * A function that wraps a text in the SGR sequences (ECMA-48 §8.3.117) of a style, mapped to what the terminal can
 * show. At level 0 it returns the text as it is. Paints nest in any order, and every line of the text closes what it
 * opened.
 */
export function paint(style: Style, level: ColorLevel): Paint {
  const pairs = level === 0 ? [] : sequences(level === 1 ? inSixteen(style) : style, level);
  if (pairs.length === 0) return text => text;
  return text => {
    if (text === '') return '';
    let result = text;
    for (const {open, close} of pairs) {
      if (result.includes(close)) result = result.replaceAll(close, close + open);
      if (result.includes('\n')) result = result.replaceAll('\n', `${close}\n${open}`);
      result = open + result + close;
    }
    return result;
  };
}

/**
 * Two colours that are each taken for the nearest of the terminal's own may become the same; text on a background
 * that is none of the 16 is shown the other way round instead.
 */
export function inSixteen(style: Style): Style {
  if (!style.background || style.background.kind === 'ansi') return style;
  const {foreground: _, background: __, ...attributes} = style;
  return {...attributes, inverse: true};
}

type Sequence = {open: string; close: string};

function sequences(style: Style, level: ColorLevel): Sequence[] {
  const list: Sequence[] = [];
  const add = (open: string, close: number) =>
    list.push({open: `\u001b[${open}m`, close: `\u001b[${close}m`});
  if (style.bold) add('1', 22);
  if (style.dim) add('2', 22);
  if (style.italic) add('3', 23);
  if (style.underline) add('4', 24);
  if (style.inverse) add('7', 27);
  if (style.strikethrough) add('9', 29);
  if (style.background) add(colorCode(style.background, level, true), 49);
  if (style.foreground) add(colorCode(style.foreground, level, false), 39);
  return list;
}

function colorCode(color: Color, level: ColorLevel, background: boolean): string {
  const extended = background ? 48 : 38;
  if (color.kind === 'rgb' && level === 3) {
    return `${extended};2;${color.red};${color.green};${color.blue}`;
  }
  const index = level === 1 ? toAnsi(color) : toIndexed(color);
  if (index >= 16) return `${extended};5;${index}`;
  return String((index < 8 ? 30 + index : 82 + index) + (background ? 10 : 0));
}
