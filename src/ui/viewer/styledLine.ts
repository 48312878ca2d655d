import stringWidth from 'string-width';
import {plainLook, type Run, readRuns, stripStyles, writeRuns} from '../../markdown/sgr.ts';

const graphemes = new Intl.Segmenter(undefined, {granularity: 'grapheme'});
const ascii = /^[\x20-\x7e]*$/;

/** Columns that a styled line takes. */
export function lineWidth(line: string): number {
  const text = stripStyles(line);
  return ascii.test(text) ? text.length : stringWidth(text);
}

/** Breaks a styled line into rows of at most `width` columns, wherever they end; each closes its own styles. */
export function breakLine(line: string, width: number): string[] {
  const rows: Run[][] = [[]];
  let used = 0;
  for (const run of readRuns(line)) {
    let text = '';
    for (const {segment, columns} of cells(run.text)) {
      if (used + columns > width && used > 0) {
        rows.at(-1)?.push({text, look: run.look});
        rows.push([]);
        text = '';
        used = 0;
      }
      text += segment;
      used += columns;
    }
    rows.at(-1)?.push({text, look: run.look});
  }
  return rows.map(writeRuns);
}

/** The columns `[from, to)` of a styled line. A wide character that lies across a border becomes a blank. */
export function cutLine(line: string, from: number, to: number): string {
  const kept: Run[] = [];
  let at = 0;
  for (const run of readRuns(line)) {
    let text = '';
    for (const {segment, columns} of cells(run.text)) {
      const end = at + columns;
      if (at >= from && end <= to) text += segment;
      else if (end > from && at < to) text += ' '.repeat(Math.min(end, to) - Math.max(at, from));
      at = end;
    }
    kept.push({text, look: run.look});
    if (at >= to) break;
  }
  return writeRuns(kept);
}

function* cells(text: string): Generator<{segment: string; columns: number}> {
  if (ascii.test(text)) {
    for (const segment of text) yield {segment, columns: 1};
    return;
  }
  for (const {segment} of graphemes.segment(text)) yield {segment, columns: stringWidth(segment)};
}

/** A stretch of a line's text, `[start, end)` in UTF-16 units without the escape sequences, and what paints it. */
export type Mark = {start: number; end: number; paint(text: string): string};

/** Paints stretches of a styled line, which are in order and do not overlap. */
export function markLine(line: string, marks: readonly Mark[]): string {
  if (marks.length === 0) return line;
  const runs: Run[] = [];
  let at = 0;
  let next = 0;
  for (const run of readRuns(line)) {
    let rest = run.text;
    while (rest !== '') {
      const mark = marks[next];
      if (mark === undefined || mark.start >= at + rest.length) {
        runs.push({text: rest, look: run.look});
        at += rest.length;
        break;
      }
      const before = rest.slice(0, Math.max(0, mark.start - at));
      const marked = rest.slice(before.length, mark.end - at);
      if (before !== '') runs.push({text: before, look: run.look});
      // The paint brings escape sequences of its own: around it nothing else is in force, so that they cannot clash.
      runs.push({text: mark.paint(marked), look: plainLook});
      at += before.length + marked.length;
      rest = rest.slice(before.length + marked.length);
      if (at >= mark.end) next += 1;
    }
  }
  return writeRuns(runs);
}
