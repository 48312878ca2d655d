import stringWidth from 'string-width';
import {type Buffer, graphemeSpans, printableAscii} from './buffer.ts';

/** A buffer laid out on screen rows: what each row shows, which part of the text it is, and where the cursor goes. */
export type Layout = {
  readonly rows: readonly {readonly text: string; readonly start: number; readonly end: number}[];
  readonly cursor: {readonly row: number; readonly column: number};
};

/**
 * Wraps a buffer at `width` columns, between graphemes, preferring the gap after a space.
 * Tabs take two columns. The cursor may stand one column after a full row's text; it then moves to the next row.
 */
export function layout(buffer: Buffer, width: number): Layout {
  return createLayouter()(buffer, width);
}

/**
 * The same for a buffer that is laid out over and over: lines that have not changed since the last time are not
 * wrapped again, so that a key in a long text costs no more than its own line.
 */
export function createLayouter(): (buffer: Buffer, width: number) => Layout {
  let known: ReadonlyMap<string, readonly Span[]> = new Map();
  let knownWidth = 0;
  return (buffer, width) => {
    const before = width === knownWidth ? known : new Map<string, readonly Span[]>();
    const now = new Map<string, readonly Span[]>();
    const rows: {text: string; start: number; end: number}[] = [];
    let offset = 0;
    for (const line of buffer.text.split('\n')) {
      const spans = now.get(line) ?? before.get(line) ?? wrapLine(line, Math.max(2, width));
      now.set(line, spans);
      for (const {start, end} of spans) {
        rows.push({text: line.slice(start, end), start: offset + start, end: offset + end});
      }
      offset += line.length + 1;
    }
    known = now;
    knownWidth = width;
    return {rows, cursor: cursorIn(rows, buffer.cursor)};
  };
}

/** The cursor one screen row up (-1) or down (1), at the same column if it can be; null past the edge. */
export function moveVertically(buffer: Buffer, width: number, direction: -1 | 1): Buffer | null {
  const {rows, cursor} = layout(buffer, width);
  const target = rows[cursor.row + direction];
  if (!target) return null;
  let column = 0;
  for (const {start, text} of graphemeSpans(target.text)) {
    const next = column + displayWidth(text);
    if (next > cursor.column) return {...buffer, cursor: target.start + start};
    column = next;
  }
  const isWrapped = buffer.text[target.end] !== '\n' && target.end < buffer.text.length;
  return {...buffer, cursor: isWrapped ? target.start + lastGraphemeStart(target.text) : target.end};
}

/** A row's part of its line. */
type Span = {readonly start: number; readonly end: number};

function wrapLine(line: string, width: number): Span[] {
  const rows: Span[] = [];
  let start = 0;
  let column = 0;
  let breakAt = -1;
  let columnAtBreak = 0;
  for (const grapheme of graphemeSpans(line)) {
    const size = displayWidth(grapheme.text);
    // Twice when what is carried over from a gap near the row's start is still too wide.
    while (column + size > width) {
      const end = breakAt > start ? breakAt : grapheme.start;
      rows.push({start, end});
      column -= breakAt > start ? columnAtBreak : column;
      start = end;
      breakAt = -1;
    }
    column += size;
    if (grapheme.text === ' ') {
      breakAt = grapheme.end;
      columnAtBreak = column;
    }
  }
  rows.push({start, end: line.length});
  return rows;
}

function cursorIn(rows: Layout['rows'], cursor: number): {row: number; column: number} {
  let row = rows.findLastIndex(candidate => candidate.start <= cursor);
  row = Math.max(row, 0);
  const {text, start} = rows[row] ?? {text: '', start: 0};
  return {row, column: displayWidth(text.slice(0, cursor - start))};
}

function displayWidth(text: string): number {
  if (printableAscii.test(text)) return text.length;
  if (!text.includes('\t')) return stringWidth(text);
  return [...text].reduce(
    (sum, character) => sum + (character === '\t' ? 2 : 0),
    stringWidth(text.replaceAll('\t', '')),
  );
}

function lastGraphemeStart(text: string): number {
  return graphemeSpans(text).at(-1)?.start ?? 0;
}
