/** What colours are seen on. */
export type Background = 'light' | 'dark';

/** Asks a terminal for its background (xterm's OSC 11); the answer comes as input. */
export const backgroundQuestion = '\u001b]11;?\u001b\\';

/**
 * Reads a terminal's answer to the question (xterm's control sequences, XParseColor): `rgb:` or `rgba:` with 1 to 4
 * hexadecimal digits a channel, or `#` and 1 to 4 digits a channel. Undefined when it is no such answer.
 */
export function readBackgroundReply(sequence: string): Background | undefined {
  const color = /^\u001b\]11;([^\u0007\u001b]*)/.exec(sequence)?.[1];
  const digits = color === undefined ? undefined : channelsOf(color);
  if (!digits) return undefined;
  const channels = digits.map(each => Number.parseInt(each, 16) / (16 ** each.length - 1));
  return luminance(channels) > middle ? 'light' : 'dark';
}

/**
 * Reads `COLORFGBG` of rxvt, Konsole and others, `foreground;background` as numbers of the 16 colours. Undefined where
 * it says nothing.
 */
export function readColorFgBg(value: string | undefined): Background | undefined {
  const index = /;(\d{1,2})$/.exec(value?.trim() ?? '')?.[1];
  if (index === undefined || Number(index) > 15) return undefined;
  const number = Number(index);
  return number === 7 || number > 8 ? 'light' : 'dark';
}

/** Black and white text have the same contrast on this luminance (WCAG 2.2). */
const middle = Math.sqrt(1.05 * 0.05) - 0.05;

function channelsOf(color: string): string[] | undefined {
  const named = /^rgba?:([\da-f]{1,4})\/([\da-f]{1,4})\/([\da-f]{1,4})(?:\/[\da-f]{1,4})?$/i.exec(color);
  if (named) return named.slice(1, 4);
  const plain = /^#([\da-f]+)$/i.exec(color)?.[1];
  const size = (plain?.length ?? 0) / 3;
  if (!plain || !Number.isInteger(size) || size > 4) return undefined;
  return [plain.slice(0, size), plain.slice(size, 2 * size), plain.slice(2 * size)];
}

/** Relative luminance of WCAG 2.2 of channels from 0 to 1. */
export function luminance(channels: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = channels.map(part =>
    part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
