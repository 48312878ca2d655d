import {luminance} from '../../src/theme/background.ts';
import type {ColorLevel} from '../../src/theme/colorLevel.ts';
import {inSixteen} from '../../src/theme/paint.ts';
import {indexedToRgb, toAnsi, toIndexed} from '../../src/theme/palette.ts';
import type {Color, Style} from '../../src/theme/style.ts';

type Rgb = readonly [red: number, green: number, blue: number];

/** What a terminal shows: `#rrggbb` for its background, its text and its 16 colours. */
export type Palette = {background: string; foreground: string; ansi: readonly string[]};

/**
 * The terminal of VS Code in its dark and its light theme: terminalColorRegistry.ts of microsoft/vscode. The white one
 * is the hardest of the common terminals for yellow, green and cyan, the dark one for red, blue and gray.
 */
export const assumed: Record<'dark' | 'light', Palette> = {
  dark: {
    background: '#1e1e1e',
    foreground: '#cccccc',
    ansi: [
      ...['#000000', '#cd3131', '#0dbc79', '#e5e510', '#2472c8', '#bc3fbc', '#11a8cd', '#e5e5e5'],
      ...['#666666', '#f14c4c', '#23d18b', '#f5f543', '#3b8eea', '#d670d6', '#29b8db', '#e5e5e5'],
    ],
  },
  light: {
    background: '#ffffff',
    foreground: '#333333',
    ansi: [
      ...['#000000', '#cd3131', '#00bc00', '#949800', '#0451a5', '#bc05bc', '#0598bc', '#555555'],
      ...['#666666', '#cd3131', '#14ce14', '#b5ba00', '#0451a5', '#bc05bc', '#0598bc', '#a5a5a5'],
    ],
  },
};

/** The contrast (WCAG 2.2, 1 to 21) of a text of a style. Dim text is taken for half of its colour. */
export function contrastOf(wanted: Style, palette: Palette, level: ColorLevel = 3): number {
  const style = level === 1 ? inSixteen(wanted) : wanted;
  const own = toRgb(style.foreground, palette, level) ?? fromHex(palette.foreground);
  const behind = toRgb(style.background, palette, level) ?? fromHex(palette.background);
  const front = style.dim ? mix(own, behind) : own;
  const [one, other] = [front, behind].map(rgb => luminance(rgb.map(channel => channel / 255))) as [
    number,
    number,
  ];
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

function toRgb(color: Color | undefined, {ansi}: Palette, level: ColorLevel): Rgb | undefined {
  if (!color) return undefined;
  if (color.kind === 'rgb' && level === 3) return [color.red, color.green, color.blue];
  const index = level === 1 ? toAnsi(color) : toIndexed(color);
  return index < 16 ? fromHex(ansi[index] ?? '#000000') : (indexedToRgb(index) as Rgb);
}

function fromHex(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function mix(one: Rgb, other: Rgb): Rgb {
  return one.map((channel, index) => (channel + (other[index] ?? 0)) / 2) as unknown as Rgb;
}
