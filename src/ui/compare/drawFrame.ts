import {composerHeight, promptWidth, type ShownComposer, visibleRows} from '../ComposerView.tsx';
import type {ComposerState} from '../composer/composerState.ts';
import {createLayouter} from '../composer/layout.ts';
import type {Menu} from '../composer/menu.ts';
import type {PickerState} from '../picker/createPicker.ts';
import {pickerCursor} from '../picker/drawPicker.ts';
import {pickerHeight} from '../picker/pickerLayout.ts';
import type {Styles} from '../styles.ts';
import {cutLine, lineWidth} from '../viewer/styledLine.ts';
import type {CompareLayout} from './compareLayout.ts';
import type {RowFiller} from './createRowFiller.ts';
import {type DrawnPane, drawPanes} from './drawCompare.ts';

/** What is to be seen: rows from the top, then what is typed into or chosen from, then the line at the bottom. */
export type CompareFrame = {
  rows: readonly string[];
  composer: {shown: ShownComposer; menu: Menu | null; menuRows: number} | null;
  picker: PickerState | null;
  footer: string;
  /** Where the cursor stands while something is typed. */
  cursor?: {x: number; y: number};
};

type Size = {columns: number; rows: number};

export type CompareView = {
  size: Size;
  styles: Styles;
  fill: RowFiller;
  layout: CompareLayout;
  panes: readonly DrawnPane[];
  /** What covers the panes, from its row `first` on. */
  overlay: {rows: readonly string[]; first: number} | null;
  composer: ComposerState | null;
  picker: PickerState | null;
  notice: string;
  isLeaving: boolean;
  isBusy: boolean;
  isSynced: boolean;
  isZoomed: boolean;
  /** There is a chat to go back to. */
  hasChat: boolean;
};

/** Rows of a list of completions. */
const menuItems = 5;
const footerRows = 1;

/** How the rows of the screen are shared out. */
export function roomFor({
  size,
  isComposing,
  composer,
  picker,
}: {
  size: Size;
  isComposing: boolean;
  composer: ComposerState;
  picker: PickerState | null;
}): {panes: number; composer: number; menu: number} {
  const all = Math.max(1, size.rows - footerRows);
  if (picker) return {panes: Math.max(0, all - pickerHeight(picker, size)), composer: 0, menu: 0};
  if (!isComposing) return {panes: all, composer: 0, menu: 0};
  const {buffer, chips, note, menu} = composer;
  const layout = createLayouter()(buffer, size.columns - 1 - promptWidth, {chips});
  const own = Math.max(1, Math.min(composerHeight(layout, note), Math.floor(all / 3)));
  const listed = menu ? Math.min(menuItems, menu.items.length) : 0;
  const counted = menu && menu.items.length > listed ? 1 : 0;
  return {panes: Math.max(0, all - own - listed - counted), composer: own, menu: listed};
}

/** Draws the panes as they stand, with what is below them. */
export function drawFrame(view: CompareView): CompareFrame {
  const {size, styles, fill, layout, panes, overlay, composer, picker} = view;
  const footer = footerText(view, size.columns - 1);
  const below = {picker, footer: styles.status(footer)};
  if (overlay) {
    const height = Math.max(0, size.rows - footerRows);
    const seen = overlay.rows.slice(overlay.first, overlay.first + height);
    return {rows: padded(seen, height), composer: null, ...below, picker: null};
  }
  const drawn =
    panes.length === 0 ? ['  There is no pane: m adds one.'] : drawPanes(panes, layout, styles, fill);
  if (picker) {
    const {row, column} = pickerCursor(picker, size);
    const height = Math.max(0, size.rows - footerRows - pickerHeight(picker, size));
    return {rows: padded(drawn, height), composer: null, ...below, cursor: {x: column, y: height + row}};
  }
  if (!composer) return {rows: padded(drawn, Math.max(0, size.rows - footerRows)), composer: null, ...below};
  const room = roomFor({size, isComposing: true, composer, picker});
  const {buffer, chips, ghost, note, menu} = composer;
  const laidOut = createLayouter()(buffer, size.columns - 1 - promptWidth, {chips, ghost});
  const shown = visibleRows(laidOut, room.composer, note);
  return {
    rows: padded(drawn, room.panes),
    composer: {shown, menu, menuRows: room.menu},
    ...below,
    cursor: {x: promptWidth + laidOut.cursor.column, y: room.panes + laidOut.cursor.row - shown.first},
  };
}

function padded(rows: readonly string[], height: number): string[] {
  return Array.from({length: height}, (_, index) => rows[index] ?? '');
}

function footerText(view: CompareView, width: number): string {
  const {notice, isLeaving, isBusy, isSynced, isZoomed, composer, picker, overlay, panes, hasChat} = view;
  if (isLeaving)
    return cutLine('Leave the comparison? Enter leaves, any other key stays. All of it is kept.', 0, width);
  if (overlay) return cutLine('↑↓ moves · Tab: another pane · any other key goes back', 0, width);
  if (notice !== '') return cutLine(notice, 0, width);
  if (picker) return cutLine('Enter: in this pane · Tab: a pane more · Esc goes back', 0, width);
  if (composer) return cutLine('Composer · Enter asks all panes · Esc goes back to the panes', 0, width);
  const marks = [isSynced && 'scrolling together', isZoomed && 'zoomed'].filter(Boolean);
  const isAlone = panes.length < 2;
  const hints = [
    ...(isAlone ? [['m, then Tab: another model beside it']] : []),
    [`Esc ${isBusy ? 'stops' : 'leaves'}`],
    ['? keys'],
    ...(isAlone ? [] : [['1–6 = 0 judge']]),
    ['i asks more'],
    ['Tab moves', 'z zooms'],
    ['d differences', 'b blind', 'm model', hasChat ? 'p goes on with it' : 'p keeps this one'],
  ];
  let text = ['Panes', ...marks].join(' · ');
  for (const group of hints) {
    const longer = [text, ...group].join(' · ');
    if (lineWidth(longer) > width) break;
    text = longer;
  }
  return text;
}
