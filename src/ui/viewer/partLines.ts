import {stripVTControlCharacters} from 'node:util';
import wrapAnsi from 'wrap-ansi';
import {breakLine} from './styledLine.ts';

/** So many lines of a text are drawn at once. */
export const partLines = 200;

/** Wraps a line of plain or styled text; blanks at its start mean something, those at a break do not. */
export function wrapLine(line: string, width: number): string[] {
  const text = line.replaceAll('\t', '    ');
  // Such a line is no prose, and looking for its words would take too long.
  if (text.length > 5000) return breakLine(text, width);
  return wrapAnsi(text, width, {hard: true, trim: !/^\s/.test(stripVTControlCharacters(text))}).split('\n');
}

/** Draws at the first call, and never again. */
export function once(draw: () => readonly string[]): () => readonly string[] {
  let lines: readonly string[] | undefined;
  return () => {
    lines ??= draw();
    return lines;
  };
}

/** The lines of a text in groups, each with where it starts and ends in it. */
export function lineGroups(text: string): {lines: string[]; start: number; end: number}[] {
  const all = text.split('\n');
  const groups: {lines: string[]; start: number; end: number}[] = [];
  let at = 0;
  for (let index = 0; index < all.length; index += partLines) {
    const lines = all.slice(index, index + partLines);
    const length = lines.reduce((sum, line) => sum + line.length + 1, 0);
    groups.push({lines, start: at, end: at + length});
    at += length;
  }
  return groups;
}
