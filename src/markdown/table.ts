import {type Line, wrap} from './wrap.ts';

export type Align = 'left' | 'center' | 'right' | null;

/** The cells of a table, as styled text. */
export type TableText = {
  header: readonly string[];
  align: readonly Align[];
  /** The rows that decide the layout. */
  sample: readonly (readonly string[])[];
  /** The rows to draw; they may be others. */
  rows: readonly (readonly string[])[];
  /** Whether these are the first rows of the table, so that the header comes before them. */
  first: boolean;
};

export type TablePaints = {border(text: string): string; header(text: string): string};

/** `ruled`: a line is drawn between the rows. */
type Layout = {kind: 'columns'; widths: number[]; ruled: boolean} | {kind: 'stacked'};

/** Columns get no narrower than this; a table that would need it is written as `key: value` lines. */
const narrowest = 8;
const separator = ' │ ';
/** So much of the width at most is kept free for emoji of a doubtful width. */
const mostSpare = 6;

/** Draws a table, or some of its rows, in at most `width` columns. */
export function drawTable(table: TableText, width: number, paints: TablePaints): string[] {
  const layout = layOut(table, width);
  return layout.kind === 'stacked'
    ? drawStacked(table, width, paints)
    : drawColumns(table, layout.widths, layout.ruled, paints);
}

function layOut({header, sample}: TableText, width: number): Layout {
  const spare = Math.max(0, ...[header, ...sample].map(row => doubtfulWidth(row.join(''))));
  const available = width - separator.length * (header.length - 1) - Math.min(spare, mostSpare);
  const natural = header.map((cell, column) =>
    Math.max(1, ...[cell, ...sample.map(row => row[column] ?? '')].map(text => widest(text))),
  );
  const total = natural.reduce((sum, one) => sum + one, 0);
  if (total <= available) return {kind: 'columns', widths: natural, ruled: false};
  // Columns that need less than an equal share get what they need; the others share the rest.
  const order = [...natural.keys()].sort((one, other) => (natural[one] ?? 0) - (natural[other] ?? 0));
  const widths = [...natural];
  let left = available;
  for (const [done, column] of order.entries()) {
    const share = Math.floor(left / (order.length - done));
    const wanted = natural[column] ?? 1;
    if (wanted > share && share < narrowest) return {kind: 'stacked'};
    widths[column] = Math.min(wanted, share);
    left -= widths[column] ?? 0;
  }
  // A row of several lines begins where its first cell stands, unless that cell has several lines itself.
  return {kind: 'columns', widths, ruled: (natural[0] ?? 0) > (widths[0] ?? 0)};
}

/**
 * How many columns more a text takes on a terminal that does not join emoji (a hand and the colour of its skin, the
 * members of a family); a row as wide as the terminal would be wrapped by that one.
 */
function doubtfulWidth(text: string): number {
  const joined = text.match(/\p{Emoji_Modifier}|\u200d\p{Emoji}|\ufe0f/gu) ?? [];
  return joined.reduce((sum, part) => sum + (part === '\ufe0f' ? 1 : 2), 0);
}

function widest(text: string): number {
  return Math.max(0, ...wrap(text, Number.POSITIVE_INFINITY).map(line => line.width));
}

function drawColumns(table: TableText, widths: number[], ruled: boolean, paints: TablePaints): string[] {
  const rule = paints.border(widths.map(width => '─'.repeat(width)).join('─┼─'));
  const lines: string[] = [];
  if (table.first) lines.push(...drawRow(table.header.map(paints.header), widths, table.align, paints), rule);
  for (const [index, row] of table.rows.entries()) {
    if (ruled && (index > 0 || !table.first)) lines.push(rule);
    lines.push(...drawRow(row, widths, table.align, paints));
  }
  return lines;
}

function drawRow(
  cells: readonly string[],
  widths: readonly number[],
  align: readonly Align[],
  paints: TablePaints,
): string[] {
  const columns = widths.map((width, column) => wrap(cells[column] ?? '', width));
  const height = Math.max(...columns.map(lines => lines.length));
  const between = paints.border(separator);
  return Array.from({length: height}, (_, row) =>
    columns
      .map((lines, column) => {
        const line = lines[row] ?? {text: '', width: 0};
        const text = pad(line, widths[column] ?? 1, align[column] ?? null);
        // Nothing is padded at the end of a row: such spaces would be copied along.
        const last = column === columns.length - 1;
        return last ? (line.width === 0 ? '' : text.trimEnd()) : text;
      })
      .join(between),
  );
}

function pad(line: Line, width: number, align: Align): string {
  const space = Math.max(0, width - line.width);
  const before = align === 'right' ? space : align === 'center' ? Math.floor(space / 2) : 0;
  return ' '.repeat(before) + line.text + ' '.repeat(space - before);
}

function drawStacked(table: TableText, width: number, paints: TablePaints): string[] {
  const drawn: string[] = [];
  for (const [index, row] of table.rows.entries()) {
    if (index > 0 || !table.first) drawn.push(paints.border('─'.repeat(Math.min(width, narrowest))));
    for (const [column, key] of table.header.entries()) {
      const value = row[column] ?? '';
      if (value === '') continue;
      const text = key === '' ? value : `${paints.header(`${key}:`)} ${value}`;
      drawn.push(...wrap(text, width).map(line => line.text));
    }
  }
  if (table.rows.length === 0 && table.first) {
    drawn.push(...wrap(paints.header(table.header.join(', ')), width).map(line => line.text));
  }
  return drawn;
}
