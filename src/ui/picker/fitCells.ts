import stringWidth from 'string-width';
import type {Cell} from '../../commands/command.ts';

/** Between two columns. */
const gap = 2;

/**
 * How wide each column of a list is, in cells of the terminal, so that together they need no more than `room`; 0 for one
 * that is left out. Empty columns are, then those of the highest rank.
 */
function cellWidths(rows: readonly (readonly Cell[])[], room: number): number[] {
  const columns = (rows[0] ?? []).map((cell, index) => ({
    rank: cell.rank,
    width: Math.max(0, ...rows.map(row => stringWidth(row[index]?.text ?? ''))),
  }));
  const kept = new Set(columns.filter(({width}) => width > 0));
  const needed = (): number => [...kept].reduce((sum, {width}) => sum + width + gap, -gap);
  for (const column of [...kept].toSorted((a, b) => b.rank - a.rank)) {
    if (needed() <= room) break;
    kept.delete(column);
  }
  return columns.map(column => (kept.has(column) ? column.width : 0));
}

/** So much of a list its labels may take from the columns, as a share and in columns. */
const labelShare = 0.45;
const shortestLabel = 24;

/**
 * How wide the labels of a list and its columns are, in cells of the terminal: the labels are cut rather than that all
 * columns give way to a long one.
 */
export function shareRow(
  labels: readonly string[],
  rows: readonly (readonly Cell[])[],
  room: number,
): {label: number; cells: readonly number[]} {
  const longest = Math.max(0, ...labels.map(label => stringWidth(label)));
  const kept = Math.min(longest, Math.max(shortestLabel, Math.floor(room * labelShare)), room);
  const cells = cellWidths(rows, room - kept - gap);
  const label = Math.min(longest, room - cellsWidth(cells) - gap);
  return {label: Math.max(1, label), cells};
}

/** How wide a row is whose columns have these widths. */
function cellsWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => (width === 0 ? sum : sum + width + (sum === 0 ? 0 : gap)), 0);
}

/** The columns of one row, side by side. */
export function drawCells(cells: readonly Cell[], widths: readonly number[]): string {
  const shown = cells.flatMap(({text, right = false}, index) => {
    const width = widths[index] ?? 0;
    if (width === 0) return [];
    const padding = ' '.repeat(Math.max(0, width - stringWidth(text)));
    return [right ? padding + text : text + padding];
  });
  return shown.join(' '.repeat(gap)).trimEnd();
}
