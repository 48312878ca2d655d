import {stripVTControlCharacters} from 'node:util';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import {neutraliseLine} from '../../core/neutralise.ts';
import {type ThemeKey, themeKeys} from '../../theme/theme.ts';
import {graphemeSpans} from '../composer/graphemes.ts';
import type {Styles} from '../styles.ts';
import type {PickerState} from './createPicker.ts';
import {drawList, type ListRow, listMargin} from './drawList.ts';
import {drawCells, shareRow} from './fitCells.ts';
import {fitText, widthOf} from './fitText.ts';
import {divider, indent, layOutPicker, type PickerLayout, type TerminalSize} from './pickerLayout.ts';

const sign = ' ❯ ';
/** The title leaves so many columns to the filter and the count, or what the filter needs; but it keeps a share. */
const filterColumns = 18;
const titleShare = 0.4;

/** The lines of an open list, painted, from the filter line on. There are `pickerHeight` of them. */
export function drawPicker(state: PickerState, size: TerminalSize, styles: Styles): string[] {
  const layout = layOutPicker(state, size);
  const list =
    state.items.length === 0
      ? [styles.dim(cut(state.complete ? '  nothing fits' : '  …', layout.listColumns))]
      : drawRows(state, layout, styles);
  return [drawFilter(state, layout, styles), ...withPreview(list, state, layout, styles)];
}

/** The widths of these lines in columns, as a terminal counts them. */
export function pickerWidths(state: PickerState, size: TerminalSize): number[] {
  return drawPicker(state, size, plain).map(line => stringWidth(stripVTControlCharacters(line).trimEnd()));
}

/** Where the terminal's cursor goes, from the first line and column on: into the filter. */
export function pickerCursor(state: PickerState, size: TerminalSize): {row: number; column: number} {
  const {title, filter} = filterParts(state, layOutPicker(state, size).columns);
  return {row: 0, column: title + filter.cursor};
}

/** Paints nothing. */
const plain = Object.fromEntries(themeKeys.map(key => [key, (text: string) => text])) as Record<
  ThemeKey,
  (text: string) => string
>;

/** The rows of the list. Columns have the width that all of it needs, so that they stay where they are while it scrolls. */
function drawRows(state: PickerState, layout: PickerLayout, styles: Styles): string[] {
  const rows = visibleRows(state, layout);
  const cells = state.items.flatMap(item => (item.cells ? [item.cells] : []));
  if (cells.length === 0) return drawList(rows, layout.listColumns, styles);
  const room = layout.listColumns - listMargin(rows);
  const widths = shareRow(
    state.items.map(({label}) => neutraliseLine(label)),
    cells,
    room,
  );
  const drawn = rows.map((row, index) => {
    const item = state.items[firstVisible(state, layout.listRows) + index];
    return {...row, detail: item?.cells ? drawCells(item.cells, widths.cells) : row.detail};
  });
  return drawList(drawn, layout.listColumns, styles, widths.label);
}

/** The items that are shown, as rows; numbered while digits choose them. */
function visibleRows({items, first, selected, numbered}: PickerState, {listRows}: PickerLayout): ListRow[] {
  const from = firstVisible({items, first, selected}, listRows);
  const shown = items.slice(from, from + listRows);
  return shown.map((item, index) => {
    const isCurrent = item.current === true;
    const {group = 0} = item;
    const above = shown[index - 1];
    const isRepeated =
      group > 0 && above?.group === group && above.label.startsWith(item.label.slice(0, group));
    const detail = [item.detail ?? '', ...(isCurrent ? ['current'] : [])].filter(Boolean).join(' · ');
    return {
      key: item.key,
      label: item.label,
      detail,
      selected: from + index === selected,
      current: isCurrent,
      ...(item.ranges && {ranges: item.ranges}),
      ...(isRepeated && {hidden: group}),
      ...(numbered && index < 9 && {number: index + 1}),
    };
  });
}

/** The picker keeps the selection among the rows that were drawn last; a terminal that has shrunk shows fewer. */
function firstVisible(
  {items, first, selected}: Pick<PickerState, 'items' | 'first' | 'selected'>,
  rows: number,
): number {
  const wanted = Math.max(Math.min(first, selected), selected - rows + 1);
  return Math.max(0, Math.min(wanted, items.length - rows));
}

function drawFilter(state: PickerState, {columns}: PickerLayout, styles: Styles): string {
  const {titleText, title, filter} = filterParts(state, columns);
  const line = `${styles.heading(titleText)}${styles.prompt(sign)}${filter.text}`;
  const room = columns - title - stringWidth(filter.text) - 2;
  const count = countTexts(state).find(text => text !== '' && text.length <= room);
  return count === undefined ? line : `${line}${' '.repeat(room + 2 - count.length)}${styles.dim(count)}`;
}

/** Where the selection stands among what was found, and whether that is all; the later the less room it takes. */
function countTexts({items, selected, complete, note}: PickerState): string[] {
  const count = items.length === 0 ? '' : `${selected + 1} of ${items.length}`;
  const long = [count, complete ? note : 'searching…'].filter(Boolean).join(' · ');
  if (!complete) return [long, `${count} …`.trim()];
  // That all was searched says more than the place, which is seen.
  const short = items.length === 0 ? '' : `${selected + 1}/${items.length}`;
  return [long, [short, note].filter(Boolean).join(' · '), note, count];
}

/** The title, cut where need be, the columns before the filter, and the part of the filter around its cursor. */
function filterParts(
  {title, filter}: PickerState,
  columns: number,
): {titleText: string; title: number; filter: {text: string; cursor: number}} {
  const needed = Math.max(filterColumns, stringWidth(filter.text) + 1);
  const most = Math.max(4, Math.floor(columns * titleShare), columns - sign.length - needed);
  const titleText = cut(title, most);
  const before = stringWidth(titleText) + sign.length;
  const room = Math.max(1, columns - before - 1);
  const glyphs = graphemeSpans(filter.text).map(span => ({...span, width: stringWidth(span.text)}));
  const at = glyphs.filter(glyph => glyph.end <= filter.cursor).length;
  let from = at;
  for (let left = room; from > 0; from--) {
    left -= glyphs[from - 1]?.width ?? 0;
    if (left < 0) break;
  }
  const cursor = widthOf(glyphs.slice(from, at));
  let shown = '';
  let left = room;
  for (const glyph of glyphs.slice(from)) {
    left -= glyph.width;
    if (left < 0) break;
    shown += glyph.text;
  }
  return {titleText, title: before, filter: {text: shown, cursor}};
}

function withPreview(
  list: readonly string[],
  {items, selected}: PickerState,
  {preview, previewRows, previewColumns, listColumns}: PickerLayout,
  styles: Styles,
): string[] {
  if (preview === 'none') return [...list];
  const item = items[selected];
  const drawn = item?.drawn?.(previewColumns).slice(0, previewRows);
  const plain = wrapPreview(item?.preview ?? '', previewColumns, previewRows);
  const lines = plain.map((line, row) =>
    drawn ? cutStyled(drawn[row] ?? '', previewColumns) : styles.dim(line),
  );
  if (preview === 'below') return [...list, ...lines.map(line => `${styles.border(indent)}${line}`)];
  return Array.from({length: Math.max(list.length, previewRows)}, (_, row) => {
    const left = list[row] ?? '';
    const padding = ' '.repeat(Math.max(0, listColumns - stringWidth(stripVTControlCharacters(left))));
    return `${left}${padding}${styles.border(divider)}${lines[row] ?? ''}`;
  });
}

/** Exactly so many rows of a text; the last one says that there is more. */
function wrapPreview(text: string, columns: number, rows: number): string[] {
  const room = text.slice(0, columns * rows * 4).replaceAll('\t', '  ');
  const lines = wrapAnsi(room, columns, {hard: true, trim: false}).split('\n');
  const shown = lines.slice(0, rows);
  if (lines.length > rows) shown[rows - 1] = cut(`${shown[rows - 1]?.trimEnd()} …`, columns);
  return [...shown, ...Array.from({length: rows - shown.length}, () => '')];
}

/** The beginning of a styled line. */
function cutStyled(line: string, columns: number): string {
  return wrapAnsi(line, columns, {hard: true, trim: false}).split('\n')[0] ?? '';
}

function cut(text: string, columns: number): string {
  return fitText(text, columns)
    .map(glyph => glyph.text)
    .join('');
}
