import stringWidth from 'string-width';
import type {Buffer} from './buffer.ts';
import {type Chips, isChipAt, noChips} from './chips.ts';
import {graphemeSpans, graphemesFrom, printableAscii, type Span} from './graphemes.ts';
import {type Similar, similarTo} from './similarLine.ts';

/** A piece of a row as it is shown: typed text, what stands for a folded paste, or a suggestion. */
export type RowPart = {
  readonly kind: 'text' | 'chip' | 'ghost';
  readonly text: string;
  readonly isSelected?: true;
};

/** What a screen row shows, and which part of the buffer's text it is. Tabs are blanks in `text` and `parts`. */
export type Row = Span & {readonly text: string; readonly parts: readonly RowPart[]};

/** A buffer laid out on screen rows, and where the cursor goes: `column` counts from the first of the text. */
export type Layout = {
  readonly rows: readonly Row[];
  readonly cursor: {readonly row: number; readonly column: number};
};

/** What is laid out beside the buffer itself. */
export type Decoration = {
  /** What the marks in the text stand for. */
  chips?: Chips;
  /** A suggested rest, shown after the last row as far as there is room. */
  ghost?: string;
  /** The part of the buffer's text that is selected. */
  selection?: Span | null;
};

/**
 * Wraps a buffer at `width` columns, between graphemes, preferring the gap after a space.
 * Tabs take two columns. The cursor may stand one column after a full row's text; it then moves to the next row.
 */
export function layout(buffer: Buffer, width: number, decoration?: Decoration): Layout {
  return createLayouter()(buffer, width, decoration);
}

/** A line of the text, wrapped; positions count from its start. */
export type Wrapped = readonly Row[];

/**
 * The same for a buffer that is laid out over and over: lines that have not changed since the last time are not
 * wrapped again, so that a key in a long text costs no more than its own line.
 */
export function createLayouter(): (buffer: Buffer, width: number, decoration?: Decoration) => Layout {
  let known: ReadonlyMap<string, Wrapped> = new Map();
  let knownWidth = 0;
  let knownChips = noChips;
  return (buffer, width, {chips = noChips, ghost = '', selection = null} = {}) => {
    const columns = Math.max(2, width);
    const before = columns === knownWidth && chips === knownChips ? known : new Map<string, Wrapped>();
    const now = new Map<string, Wrapped>();
    const rows: Row[] = [];
    let offset = 0;
    for (const line of buffer.text.split('\n')) {
      const wrapped =
        now.get(line) ?? before.get(line) ?? wrapLine(line, columns, chips, similarTo(line, before));
      now.set(line, wrapped);
      for (const row of wrapped) rows.push({...row, start: offset + row.start, end: offset + row.end});
      offset += line.length + 1;
    }
    known = now;
    knownWidth = columns;
    knownChips = chips;
    const cursor = cursorIn(buffer, rows, columns, chips);
    if (selection) markSelected(rows, buffer.text, selection, columns, chips);
    const last = rows.at(-1);
    if (ghost !== '' && last) {
      const shown = clip(ghost.replace(/\s*\n\s*/g, ' ⏎ '), columns - cursor.column);
      if (shown !== '')
        rows[rows.length - 1] = {...last, parts: [...last.parts, {kind: 'ghost', text: shown}]};
    }
    return {rows, cursor};
  };
}

/**
 * The place one row up (-1) or down (1) of where the cursor stands, as near to the column `goal` as that row allows;
 * null past the edge. `laidOut` is the layout of the buffer.
 */
export function moveVertically(
  buffer: Buffer,
  laidOut: Layout,
  direction: -1 | 1,
  goal = laidOut.cursor.column,
  chips: Chips = noChips,
): Buffer | null {
  const target = laidOut.rows[laidOut.cursor.row + direction];
  if (!target) return null;
  const text = buffer.text.slice(target.start, target.end);
  let column = 0;
  let last = 0;
  for (const grapheme of graphemeSpans(text)) {
    const next = column + shownAs(grapheme.text, Number.POSITIVE_INFINITY, chips).width;
    if (next > goal) return {...buffer, cursor: target.start + grapheme.start};
    column = next;
    last = grapheme.start;
  }
  // Behind the last character of a row that goes on in the next, the cursor would stand on the next.
  const isWrapped = target.end < buffer.text.length && buffer.text[target.end] !== '\n';
  return {...buffer, cursor: isWrapped ? target.start + last : target.end};
}

/** A grapheme as it is shown, and the columns that it takes. */
type Piece = {readonly kind: 'text' | 'chip'; readonly text: string; readonly width: number};

/** `similar` is a line that was wrapped already, and differs in one place. */
function wrapLine(line: string, width: number, chips: Chips, similar?: Similar): Wrapped {
  if (printableAscii.test(line)) return wrapAscii(line, width);
  const rows: Row[] = [...(similar?.head ?? [])];
  let start = rows.at(-1)?.end ?? 0;
  let parts: RowPart[] = [];
  let column = 0;
  /** What came since the last gap, and where that was: it may have to move to the next row. */
  let word: Piece[] = [];
  let wordStart = start;
  let wordWidth = 0;
  const keepWord = (end: number): void => {
    for (const {kind, text} of word) {
      const last = parts.at(-1);
      if (last?.kind === 'text' && kind === 'text') parts[parts.length - 1] = {kind, text: last.text + text};
      else parts.push({kind, text});
    }
    column += wordWidth;
    word = [];
    wordStart = end;
    wordWidth = 0;
  };
  const endRow = (): void => {
    rows.push({start, end: wordStart, text: parts.map(part => part.text).join(''), parts});
    start = wordStart;
    parts = [];
    column = 0;
  };
  for (const grapheme of graphemesFrom(line, start)) {
    const piece = shownAs(grapheme.text, width, chips);
    while (column + wordWidth > 0 && column + wordWidth + piece.width > width) {
      // A word that has the row to itself is cut where the row ends.
      if (wordStart === start) keepWord(grapheme.start);
      endRow();
      const rest = similar?.restFrom(start);
      if (rest) return [...rows, ...rest];
    }
    word.push(piece);
    wordWidth += piece.width;
    if (grapheme.text === ' ') keepWord(grapheme.end);
  }
  keepWord(line.length);
  endRow();
  return rows;
}

/** The same for what is most common, without looking at each character. */
function wrapAscii(line: string, width: number): Wrapped {
  const rows: Row[] = [];
  let start = 0;
  while (line.length - start > width) {
    const gap = line.lastIndexOf(' ', start + width - 1);
    const end = gap >= start ? gap + 1 : start + width;
    rows.push(asciiRow(line, start, end));
    start = end;
  }
  rows.push(asciiRow(line, start, line.length));
  return rows;
}

function asciiRow(line: string, start: number, end: number): Row {
  const text = line.slice(start, end);
  return {start, end, text, parts: text === '' ? [] : [{kind: 'text', text}]};
}

/** Tells the parts that are selected from the rest. An empty line that is selected shows as one blank. */
function markSelected(rows: Row[], text: string, {start, end}: Span, width: number, chips: Chips): void {
  for (const [index, row] of rows.entries()) {
    if (row.start > end || row.end < start) continue;
    const isEmpty = row.start === row.end;
    if (isEmpty && row.start >= start && (row.end < end || start === end))
      rows[index] = {...row, parts: [{kind: 'text', text: ' ', isSelected: true}]};
    if (isEmpty) continue;
    const parts: RowPart[] = [];
    for (const grapheme of graphemeSpans(text.slice(row.start, row.end))) {
      const at = row.start + grapheme.start;
      const {kind, text: shown} = shownAs(grapheme.text, width, chips);
      const isSelected = at >= start && at < end;
      const last = parts.at(-1);
      if (last?.kind === kind && kind === 'text' && (last.isSelected ?? false) === isSelected)
        parts[parts.length - 1] = {...last, text: last.text + shown};
      else parts.push(isSelected ? {kind, text: shown, isSelected} : {kind, text: shown});
    }
    rows[index] = {...row, parts};
  }
}

function shownAs(grapheme: string, most: number, chips: Chips): Piece {
  if (grapheme === '\t') return {kind: 'text', text: '  ', width: 2};
  if (isChipAt(grapheme, 0)) {
    const text = clip(chips.get(grapheme)?.label ?? '', most);
    return {kind: 'chip', text, width: stringWidth(text)};
  }
  return {kind: 'text', text: grapheme, width: displayWidth(grapheme)};
}

function cursorIn(
  {text, cursor}: Buffer,
  rows: readonly Row[],
  width: number,
  chips: Chips,
): Layout['cursor'] {
  let [low, high] = [0, rows.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((rows[middle]?.start ?? 0) <= cursor) low = middle;
    else high = middle - 1;
  }
  const before = text.slice(rows[low]?.start ?? 0, cursor);
  if (printableAscii.test(before)) return {row: low, column: before.length};
  const column = graphemeSpans(before).reduce(
    (sum, {text: each}) => sum + shownAs(each, width, chips).width,
    0,
  );
  return {row: low, column};
}

/** As much of a text as fits; a cut one ends with a sign. */
function clip(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let shown = '';
  let column = 0;
  for (const grapheme of graphemeSpans(text)) {
    column += displayWidth(grapheme.text);
    if (column > width - 1) break;
    shown += grapheme.text;
  }
  return width < 2 ? '' : `${shown}…`;
}

/** Kana, Chinese and Korean characters: so common in their texts that it pays not to ask about each. */
const wide = /^[\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3]$/;

function displayWidth(text: string): number {
  if (printableAscii.test(text)) return text.length;
  return wide.test(text) ? 2 : stringWidth(text);
}
