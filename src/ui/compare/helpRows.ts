import type {Styles} from '../styles.ts';
import {cutLine, lineWidth} from '../viewer/styledLine.ts';
import {compareKeys} from './compareKeys.ts';

/** The overview of the keys, as rows of at most `width` columns. */
export function helpRows(styles: Styles, width: number): string[] {
  const widest = Math.max(...compareKeys.map(({label}) => lineWidth(label)));
  const rows = compareKeys.map(
    ({label, summary}) => `  ${styles.accent(label)}${' '.repeat(widest + 2 - lineWidth(label))}${summary}`,
  );
  return [`  ${styles.heading('Keys among the panes')}`, '', ...rows].map(row => cutLine(row, 0, width));
}
