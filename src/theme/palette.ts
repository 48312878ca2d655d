import type {Color} from './style.ts';

type Rgb = readonly [red: number, green: number, blue: number];

/** The usual values of the 16 colours (xterm's); what a terminal really shows is its owner's choice. */
const ansi: readonly Rgb[] = [
  [0, 0, 0],
  [205, 0, 0],
  [0, 205, 0],
  [205, 205, 0],
  [0, 0, 238],
  [205, 0, 205],
  [0, 205, 205],
  [229, 229, 229],
  [127, 127, 127],
  [255, 0, 0],
  [0, 255, 0],
  [255, 255, 0],
  [92, 92, 255],
  [255, 0, 255],
  [0, 255, 255],
  [255, 255, 255],
];

const cube = [0, 95, 135, 175, 215, 255];

/** The colour as one of xterm's 256. */
export function toIndexed(color: Color): number {
  if (color.kind !== 'rgb') return color.index;
  const rgb: Rgb = [color.red, color.green, color.blue];
  const [red, green, blue] = rgb.map(nearestStep) as [number, number, number];
  const inCube = 16 + 36 * red + 6 * green + blue;
  const grayStep = Math.max(0, Math.min(23, Math.round((average(rgb) - 8) / 10)));
  const gray = 232 + grayStep;
  return distance(rgb, indexedToRgb(gray)) < distance(rgb, indexedToRgb(inCube)) ? gray : inCube;
}

/** Themes tint their grays and their text; below this difference of channels a colour counts as gray. */
const leastChroma = 43;

/**
 * The colour as one of the terminal's 16. Grays stay gray; anything with a hue keeps its hue, because themes tell
 * things apart by hue.
 */
export function toAnsi(color: Color): number {
  if (color.kind === 'ansi') return color.index;
  const rgb: Rgb =
    color.kind === 'indexed' ? indexedToRgb(color.index) : [color.red, color.green, color.blue];
  const most = Math.max(...rgb);
  const least = Math.min(...rgb);
  if (most - least < leastChroma || (most > 220 && (most - least) / most < 0.25)) {
    if (most < 48) return 0;
    if (most < 150) return 8;
    return most < 235 ? 7 : 15;
  }
  const middle = (most + least) / 2;
  const bits = rgb.map(channel => (channel > middle ? 1 : 0)) as [number, number, number];
  const base = bits[0] + 2 * bits[1] + 4 * bits[2];
  return most > 215 && least > 70 ? base + 8 : base;
}

/** One of xterm's 256 as red, green and blue from 0 to 255. */
export function indexedToRgb(index: number): Rgb {
  if (index < 16) return ansi[index] ?? [0, 0, 0];
  if (index >= 232) {
    const level = 8 + 10 * (index - 232);
    return [level, level, level];
  }
  const rest = index - 16;
  return [cube[Math.floor(rest / 36)] ?? 0, cube[Math.floor(rest / 6) % 6] ?? 0, cube[rest % 6] ?? 0];
}

function nearestStep(channel: number): number {
  if (channel < 48) return 0;
  return channel < 115 ? 1 : Math.min(5, Math.round((channel - 35) / 40));
}

function average(rgb: Rgb): number {
  return (rgb[0] + rgb[1] + rgb[2]) / 3;
}

function distance(one: Rgb, other: Rgb): number {
  return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2 + (one[2] - other[2]) ** 2;
}
