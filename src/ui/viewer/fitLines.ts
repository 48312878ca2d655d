import type {Paint} from '../../theme/paint.ts';
import {breakLine, cutLine} from './styledLine.ts';

/** A row on the screen, and which of the lines it belongs to. */
export type Row = {text: string; line: number};

export type Fit = {
  /** Columns. */
  width: number;
  /** Lines that are longer are wrapped; else cut, at `offset` columns from their start. */
  wraps: boolean;
  offset: number;
  dim: Paint;
  /** Columns that a line takes. */
  widthOf(line: string): number;
};

/**
 * Makes rows out of lines. Prose fits already; lines of code do not. What is cut says so with `›` and `‹`, what is
 * wrapped with `↳`. Where one line is cut, all move along, so that columns stay under each other.
 */
export function fitLines(lines: readonly string[], {width, wraps, offset, dim, widthOf}: Fit): Row[] {
  const widths = lines.map(widthOf);
  if (widths.every(each => each <= width)) return lines.map((text, line) => ({text, line}));
  return lines.flatMap((text, line): Row[] => {
    const wide = (widths[line] ?? 0) > width;
    if (wraps && wide) {
      const [first = '', ...others] = breakLine(text, width - 2);
      return [{text: first, line}, ...others.map(row => ({text: `${dim('↳')} ${row}`, line}))];
    }
    if (wraps || (offset === 0 && !wide)) return [{text, line}];
    const end = (widths[line] ?? 0) > offset + width ? offset + width - 1 : offset + width;
    const shown = offset === 0 ? cutLine(text, 0, end) : dim('‹') + cutLine(text, offset + 1, end);
    return [{text: end < offset + width ? shown + dim('›') : shown, line}];
  });
}
