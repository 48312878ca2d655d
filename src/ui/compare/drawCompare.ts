import type {Styles} from '../styles.ts';
import {cutLine, lineWidth} from '../viewer/styledLine.ts';
import type {Arrangement, CompareLayout, PaneBox} from './compareLayout.ts';
import type {RowFiller} from './createRowFiller.ts';

/** A pane as it is drawn; every text is safe for a terminal. */
export type DrawnPane = {
  /** Its number, by which it is judged. */
  number: number;
  name: string;
  figures: readonly string[];
  /** Styled, no wider than the pane. */
  rows: readonly string[];
  isFocused: boolean;
  /** It was judged the best. */
  isBest: boolean;
};

/** Rows that the heading of a pane takes. */
export function headingRows(arrangement: Arrangement): number {
  return arrangement === 'stacked' ? 1 : 3;
}

/** The panes as rows of the screen. `panes` are all, in their order; `heights` of the boxes fill the screen. */
export function drawPanes(
  panes: readonly DrawnPane[],
  {arrangement, boxes}: CompareLayout,
  styles: Styles,
  fill: RowFiller,
): string[] {
  const filled = (rows: readonly string[], {width, height}: PaneBox): string[] =>
    Array.from({length: height}, (_, index) => fill(rows[index] ?? '', width));
  if (arrangement === 'columns') {
    const blocks = [...boxes].map(([index, box]) => filled(paneBlock(panes[index], box, styles), box));
    const divider = styles.border(' │ ');
    const height = Math.max(0, ...[...boxes.values()].map(box => box.height));
    return Array.from({length: height}, (_, row) => blocks.map(block => block[row] ?? '').join(divider));
  }
  if (arrangement === 'stacked')
    return [...boxes].flatMap(([index, box]) => filled(stackedBlock(panes[index], box, styles), box));
  return [...boxes].flatMap(([index, box]) => filled(tabBlock(panes, panes[index], box, styles), box));
}

function paneBlock(pane: DrawnPane | undefined, {width}: PaneBox, styles: Styles): string[] {
  if (!pane) return [];
  const figures = styles.dim(cut(pane.figures, width - 2, '  '));
  return [title(pane, width, styles), figures, rule(width, styles), ...pane.rows];
}

function stackedBlock(pane: DrawnPane | undefined, {width}: PaneBox, styles: Styles): string[] {
  if (!pane) return [];
  const name = title(pane, Math.max(10, width - 8), styles);
  const room = width - lineWidth(name) - 4;
  const figures = room > 8 ? styles.dim(cut(pane.figures, room, ' ')) : '';
  const head = `${name}${figures} `;
  const rest = styles.border('─'.repeat(Math.max(0, width - lineWidth(head))));
  return [head + rest, ...pane.rows];
}

function tabBlock(
  panes: readonly DrawnPane[],
  shown: DrawnPane | undefined,
  {width}: PaneBox,
  styles: Styles,
): string[] {
  if (!shown) return [];
  const others = panes.filter(pane => pane !== shown);
  const room = Math.max(8, Math.floor((width - 2 * others.length) / panes.length));
  const tabs = panes.map(pane => {
    if (pane === shown) return title(pane, Math.max(room, width - others.length * 4), styles);
    return styles.dim(`${pane.number}${pane.isBest ? '★' : ''}`);
  });
  const figures = styles.dim(cut(shown.figures, width - 2, '  '));
  return [tabs.join(styles.border(' │ ')), figures, rule(width, styles), ...shown.rows];
}

/** `▶ 1 name`: which pane has the focus can be told without colours. */
function title({number, name, isFocused, isBest}: DrawnPane, width: number, styles: Styles): string {
  const mark = isFocused ? '▶ ' : '  ';
  const best = isBest ? ' ★' : '';
  const text = `${number} ${name}`;
  const room = Math.max(1, width - lineWidth(mark) - lineWidth(best));
  const shown = lineWidth(text) > room ? `${cutLine(text, 0, Math.max(0, room - 1))}…` : text;
  return (
    (isFocused ? styles.accent(mark) + styles.heading(shown) : mark + styles.assistant(shown)) +
    styles.success(best)
  );
}

/** As many of the parts as there is room for, the last of them left out first. */
function cut(parts: readonly string[], width: number, before: string): string {
  const kept = [...parts];
  while (kept.length > 1 && lineWidth(kept.join(' · ')) > width) kept.pop();
  return before + cutLine(kept.join(' · '), 0, Math.max(0, width));
}

function rule(width: number, styles: Styles): string {
  return styles.border('─'.repeat(width));
}
