import {cutLine, lineWidth} from '../viewer/styledLine.ts';

/** Makes a styled row exactly so many columns wide. */
export type RowFiller = (row: string, width: number) => string;

/** Several screens of rows in six panes. */
const mostKept = 4_000;

/**
 * Rows that were filled before are known: to measure one means to split it into graphemes, and of a pane that streams
 * most rows are those of the frame before.
 */
export function createRowFiller(): RowFiller {
  const known = new Map<string, string>();
  return (row, width) => {
    const key = `${width} ${row}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    if (known.size >= mostKept) known.clear();
    const own = lineWidth(row);
    const filled = own > width ? cutLine(row, 0, width) : row + ' '.repeat(width - own);
    known.set(key, filled);
    return filled;
  };
}
