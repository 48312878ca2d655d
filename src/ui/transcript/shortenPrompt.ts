import stringWidth from 'string-width';
import {cutToWidth} from './cutToWidth.ts';

/** A prompt as it is printed: its beginning, and when it is long what was left out and its end. */
export type ShortPrompt = {start: string; leftOut?: string; end?: string};

/** Rows from which on a prompt is shortened, and how many of its first and last ones stay then. */
const longest = 12;
const startRows = 6;
const endRows = 3;

/** Shortens a prompt that takes more than 12 rows of `columns`: who pasted a text knows it. */
export function shortenPrompt(text: string, columns: number): ShortPrompt {
  const lines = text.split('\n');
  const rows = (line: string): number => Math.max(1, Math.ceil(stringWidth(line) / columns));
  const total = lines.reduce((sum, line) => sum + rows(line), 0);
  if (total <= longest) return {start: text};

  let first = 0;
  for (let room = startRows; first < lines.length && rows(lines[first] ?? '') <= room; first++)
    room -= rows(lines[first] ?? '');
  let last = lines.length;
  for (let room = endRows; last > first && rows(lines[last - 1] ?? '') <= room; last--)
    room -= rows(lines[last - 1] ?? '');

  const head = lines.slice(0, first);
  const foot = lines.slice(last);
  const middle = lines.slice(first, last);
  // A line that is long by itself is cut in its middle.
  if (head.length === 0) head.push(cutToWidth(middle.shift() ?? '', columns * startRows - 2));
  const left = middle.length;
  const leftOut = left === 0 ? 'the rest of the line' : `${left} more ${left === 1 ? 'line' : 'lines'}`;
  return {start: head.join('\n'), leftOut, ...(foot.length > 0 && {end: foot.join('\n')})};
}
