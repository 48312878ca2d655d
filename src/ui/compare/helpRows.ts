import {compareKeys} from '../../commands/compareKeys.ts';
import type {Styles} from '../styles.ts';
import {cutLine, lineWidth} from '../viewer/styledLine.ts';

/** The overview of the keys, as rows of at most `width` columns; `hasChat`: there is a chat to go back to. */
export function helpRows(styles: Styles, width: number, hasChat: boolean): string[] {
  const widest = Math.max(...compareKeys.map(({label}) => lineWidth(label)));
  const rows = compareKeys.map(
    ({label, summary, alone = summary}) =>
      `  ${styles.accent(label)}${' '.repeat(widest + 2 - lineWidth(label))}${hasChat ? summary : alone}`,
  );
  return [`  ${styles.heading('Keys among the panes')}`, '', ...rows].map(row => cutLine(row, 0, width));
}
