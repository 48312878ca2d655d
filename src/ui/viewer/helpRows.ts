import type {Styles} from '../styles.ts';
import {cutLine, lineWidth} from './styledLine.ts';
import {type ViewerAction, viewerKeys} from './viewerKeys.ts';

/** Below this many columns what a key does stands in a row of its own. */
const roomy = 60;

/** The overview of the keys, as rows of at most `width` columns. */
export function helpRows(styles: Styles, width: number): string[] {
  const widest = Math.max(...viewerKeys.map(({label}) => lineWidth(label)));
  const rows = viewerKeys.flatMap(({label, summary}) => {
    if (width < roomy) return [`  ${styles.accent(label)}`, `      ${summary}`];
    return [`  ${styles.accent(label)}${' '.repeat(widest + 2 - lineWidth(label))}${summary}`];
  });
  return [`  ${styles.heading('Keys of the viewer')}`, '', ...rows].map(row => cutLine(row, 0, width));
}

/** Where the overview begins after a key; undefined when the key closes it. */
export function scrollHelp(
  from: number,
  action: ViewerAction | undefined,
  height: number,
  width: number,
): number | undefined {
  const steps: Partial<Record<ViewerAction, number>> = {
    up: -1,
    down: 1,
    'page-up': -height,
    'page-down': height,
  };
  const by = action && steps[action];
  if (by === undefined) return undefined;
  const rows = 2 + viewerKeys.length * (width < roomy ? 2 : 1);
  return Math.min(Math.max(0, rows - height), Math.max(0, from + by));
}
