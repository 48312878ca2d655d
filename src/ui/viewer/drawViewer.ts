import {neutraliseLine} from '../../core/neutralise.ts';
import type {Styles} from '../styles.ts';
import type {ViewerDocument} from './createDocument.ts';
import type {Page} from './createPage.ts';
import type {Search} from './createSearch.ts';
import {helpRows} from './helpRows.ts';
import {cutLine, lineWidth} from './styledLine.ts';
import type {Place} from './viewport.ts';

/** The whole screen, row by row, each styled and no wider than the screen. */
export type ViewerFrame = {
  rows: readonly string[];
  /** Where the cursor stands while something is typed. */
  cursor?: {x: number; y: number};
};

export type ViewerView = {
  page: Page;
  document: ViewerDocument;
  search: Search;
  styles: Styles;
  size: {columns: number; rows: number};
  /** The places of the rows in sight. */
  sight: readonly Place[];
  /** The key of the selected block. */
  selected: string | undefined;
  /** What is being typed into the search line; undefined when it is closed. */
  query: string | undefined;
  /** The row with which the overview of the keys begins; undefined when it is not shown. */
  help: number | undefined;
  /** What is to be said once, instead of the title. */
  notice: string;
  title: string;
  isAtEnd: boolean;
};

/** Draws the viewer as it stands. */
export function drawViewer(view: ViewerView): ViewerFrame {
  const {size, styles} = view;
  const height = Math.max(0, size.rows - 1);
  const body =
    view.help === undefined
      ? bodyRows(view, height)
      : helpRows(styles, size.columns - 1).slice(view.help, view.help + height);
  while (body.length < height) body.push('');
  const {text, cursor} = bottomRow(view, Math.max(10, size.columns - 1));
  const rows = [...body, styles.status(text)];
  return {rows, ...(cursor !== undefined && {cursor: {x: cursor, y: rows.length - 1}})};
}

function bodyRows(view: ViewerView, height: number): string[] {
  const {page, search, styles, sight, selected, document} = view;
  if (document.count() === 0) return ['', `  ${styles.dim('Nothing has been said yet.')}`].slice(0, height);
  const paints = {match: styles.match, current: (text: string) => styles.selection(styles.match(text))};
  return sight.map(({message, part, row}) => {
    const own = page.partAt(message, part);
    const isGap = own?.gap === true && row === 0;
    if (isGap) return '';
    const drawn = page.row(message, part, row, search, paints);
    const isSelected = own?.block.key === selected;
    const mark = drawn.hasCurrent ? styles.accent('›') : isSelected ? styles.accent('▌') : ' ';
    return `${mark} ${drawn.text}`;
  });
}

/** The row at the bottom: the search while one is typed, else what was said, else where one is. */
function bottomRow(view: ViewerView, width: number): {text: string; cursor?: number} {
  const {query, notice, search, help} = view;
  if (help !== undefined) return {text: cutLine('↑↓ moves · any other key goes back', 0, width)};
  if (query !== undefined) {
    const count = matchCount(search);
    const shown = tail(neutraliseLine(`${query}|`).slice(0, -1), width - lineWidth(count) - 5);
    const text = `/${shown}`;
    const hints = [[count, 'Enter keeps', 'Esc leaves'].filter(Boolean).join(' · '), count];
    return {text: join(text, hints, width), cursor: Math.min(width, lineWidth(text))};
  }
  if (notice !== '') return {text: cutLine(notice, 0, width)};
  const hints = [
    '↑↓ moves · / searches · Tab selects · ? keys · q closes',
    '? keys · q closes',
    'q closes',
    '',
  ];
  const found = search.pattern() ? `/${neutraliseLine(search.query())} ${matchCount(search)}` : '';
  const parts = [share(view), found, isAnswering(view) ? 'answering' : ''].filter(Boolean);
  const title = neutraliseLine(view.title) || 'Transcript';
  for (const hint of hints) {
    const room = width - lineWidth([...parts, hint].filter(Boolean).join(' · ')) - 8;
    if (room >= Math.min(lineWidth(title), hint === '' ? 0 : 16)) {
      const name = lineWidth(title) > room ? `${cutLine(title, 0, Math.max(0, room - 1))}…` : title;
      return {text: join([`── ${name}`, ...parts].join(' · '), [hint], width)};
    }
  }
  return {text: cutLine(parts.join(' · '), 0, width)};
}

function isAnswering({document}: ViewerView): boolean {
  const count = document.count();
  return count > 0 && document.message(count - 1).isLive;
}

function matchCount(search: Search): string {
  const count = search.count();
  if (!search.pattern()) return '';
  if (count === 0) return 'nothing found';
  const position = search.position();
  return `${position === undefined ? '–' : position + 1}/${count}`;
}

/** How far down one is, in per cent of the text. */
function share({document, page, sight, isAtEnd}: ViewerView): string {
  const [first] = sight;
  const last = sight.at(-1);
  if (!first || !last) return '';
  if (isAtEnd) return '100 %';
  if (first.message === 0 && first.part === 0 && first.row === 0) return '0 %';
  const {message, part, row} = last;
  const own = page.partAt(message, part);
  const length = Math.max(1, document.message(message).text.length);
  const within =
    own?.field === 'text' ? own.start + ((own.end - own.start) * row) / page.rows(message, part) : 0;
  return `${Math.min(99, Math.floor(100 * document.shareBefore(message, Math.min(1, within / length))))} %`;
}

/** The first of the hints that fits goes to the right end of the row. */
function join(left: string, hints: readonly string[], width: number): string {
  const room = width - lineWidth(left);
  const hint = hints.find(each => lineWidth(each) + 2 <= room) ?? '';
  return hint === '' ? cutLine(left, 0, width) : left + ' '.repeat(room - lineWidth(hint)) + hint;
}

/** The last columns of a text. */
function tail(text: string, width: number): string {
  const over = lineWidth(text) - Math.max(1, width);
  return over > 0 ? `…${cutLine(text, over + 1, lineWidth(text))}` : text;
}
