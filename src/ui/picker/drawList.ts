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
  /** So much of the label's beginning is left blank where nothing of it matches, in UTF-16 units. */
  readonly hidden?: number;
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

/** The columns before the labels of such rows. */
export function listMargin(rows: readonly ListRow[]): number {
  return markWidth + (rows.some(row => row.number !== undefined) ? 2 : 0);
}

/**
 * The rows of a list, painted, each at most `columns` wide. Labels and details stand in columns of their own; with
 * `labelWidth` that of the labels is as wide whatever is in it, and the details have the rest.
 */
export function drawList(
  rows: readonly ListRow[],
  columns: number,
  styles: Styles,
  labelWidth?: number,
): string[] {
  const isNumbered = rows.some(row => row.number !== undefined);
  const safe = rows.map(row => ({
    ...row,
    ...harmless(row),
    // Columns begin with blanks where the first of them is empty.
    detail: labelWidth === undefined ? neutraliseLine(row.detail) : row.detail,
  }));
  const room = columns - listMargin(rows);
  const widths =
    labelWidth === undefined
      ? shareColumns(
          Math.max(0, ...safe.map(row => stringWidth(row.label))),
          Math.max(0, ...safe.map(row => stringWidth(row.detail))),
          room,
        )
      : {label: labelWidth, detail: Math.max(0, room - labelWidth - gap)};
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

function paintLabel(whole: readonly Glyph[], row: ListRow, styles: Styles): string {
  const {ranges = [], selected, hidden = 0} = row;
  const isBlank = !ranges.some(([from]) => from < hidden);
  const glyphs = whole.map(glyph =>
    isBlank && glyph.start >= 0 && glyph.start < hidden ? {...glyph, text: ' '.repeat(glyph.width)} : glyph,
  );
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
