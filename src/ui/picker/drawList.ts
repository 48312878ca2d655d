import stringWidth from 'string-width';
import {neutraliseLine} from '../../core/neutralise.ts';
import type {Styles} from '../styles.ts';
import {fitText, type Glyph, widthOf} from './fitText.ts';

/** One row of a list as it is to be drawn. */
export type ListRow = {
  readonly key: string;
  readonly label: string;
  readonly detail: string;
  /** The matched parts of the label, `[start, end)` in UTF-16 units. */
  readonly ranges?: readonly (readonly [number, number])[];
  readonly selected: boolean;
  readonly current: boolean;
  /** The digit that chooses it. */
  readonly number?: number;
};

/** The columns before a label without a number. */
const markWidth = 2;
/** Between label and detail. */
const gap = 2;
/** In less, details that do not fit whole only take room from the labels; in columns. */
const narrow = 50;
/** A detail that is cut to less says nothing, in columns. */
const leastDetail = 6;

/** The rows of a list, painted, each at most `columns` wide. Labels and details stand in columns of their own. */
export function drawList(rows: readonly ListRow[], columns: number, styles: Styles): string[] {
  const isNumbered = rows.some(row => row.number !== undefined);
  const safe = rows.map(row => ({...row, ...harmless(row), detail: neutraliseLine(row.detail)}));
  const room = columns - markWidth - (isNumbered ? 2 : 0);
  const widths = shareColumns(
    Math.max(0, ...safe.map(row => stringWidth(row.label))),
    Math.max(0, ...safe.map(row => stringWidth(row.detail))),
    room,
  );
  return safe.map(row => {
    const label = fitText(row.label, widths.label);
    const detail = fitText(row.detail, widths.detail)
      .map(glyph => glyph.text)
      .join('');
    const painted = paintLabel(label, row, styles);
    const padding = detail === '' ? '' : ' '.repeat(widths.label - widthOf(label) + gap);
    const mark = row.selected ? styles.accent('› ') : row.current ? '· ' : '  ';
    const digit = row.number === undefined ? (isNumbered ? '  ' : '') : styles.dim(`${row.number} `);
    return `${mark}${digit}${painted}${padding}${styles.dim(detail)}`;
  });
}

/** What is harmless already stays as it is, so that the ranges fit. */
function harmless({label, ranges}: ListRow): Pick<ListRow, 'label' | 'ranges'> {
  const safe = neutraliseLine(label);
  return safe === label ? {label, ...(ranges && {ranges})} : {label: safe, ranges: []};
}

/** How many columns the labels and the details get. Details give way first. */
function shareColumns(label: number, detail: number, room: number): {label: number; detail: number} {
  if (detail === 0) return {label: Math.max(1, Math.min(label, room)), detail: 0};
  if (label + gap + detail <= room) return {label, detail};
  const kept = Math.min(label, Math.max(room - gap - detail, Math.floor(room * 0.6)));
  const left = Math.min(detail, room - gap - kept);
  if (room < narrow || left < Math.min(leastDetail, detail)) {
    return {label: Math.max(1, Math.min(label, room)), detail: 0};
  }
  return {label: kept, detail: left};
}

function paintLabel(glyphs: readonly Glyph[], {ranges = [], selected}: ListRow, styles: Styles): string {
  const isMatch = ({start}: Glyph): boolean => ranges.some(([from, to]) => start >= from && start < to);
  let painted = '';
  for (let at = 0; at < glyphs.length; ) {
    const first = glyphs[at] as Glyph;
    const end = glyphs.findIndex((glyph, index) => index > at && isMatch(glyph) !== isMatch(first));
    const run = glyphs.slice(at, end === -1 ? glyphs.length : end);
    const text = run.map(glyph => glyph.text).join('');
    painted += isMatch(first) ? styles.match(text) : text;
    at += run.length;
  }
  return selected ? styles.strong(painted) : painted;
}
