import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import {managerKeys} from '../../commands/managerKeys.ts';
import type {ModelView} from '../../commands/modelChoices.ts';
import type {SilentServer} from '../../commands/modelShelf.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import type {Buffer} from '../composer/buffer.ts';
import type {ScreenFrame} from '../RowsScreen.tsx';
import type {Styles} from '../styles.ts';
import {cutLine, lineWidth} from '../viewer/styledLine.ts';
import {detailRows} from './detailRows.ts';
import {drawPull} from './drawPull.ts';
import type {Item, ManagerSettings, Mode, Remark, Section} from './manager.ts';
import {modelRows} from './modelRows.ts';

type Size = {columns: number; rows: number};

export type ManagerView = {
  items: readonly Item[];
  /** Index of the selected item. */
  selected: number;
  /** The row of the list with which the screen began last. */
  first: number;
  section: Section;
  counts: {installed: number; running: number};
  /** The backends are being asked. */
  isAsking: boolean;
  mode: Mode;
  filter: Buffer;
  remark: Remark | null;
  size: Size;
  styles: Styles;
  labelOf(backend: string): string;
  /** The servers that gave no list when they were asked last. */
  silent: readonly SilentServer[];
  view: ModelView;
};

/** In fewer rows nothing is left blank. */
const high = 10;
/** Below this many columns what a key does stands in rows of its own. */
const roomy = 60;
/** So many rows of what is said. */
const remarkRows = 3;

/** Draws the manager as it stands, and says with which row of the list the screen begins now. */
export function drawManager(view: ManagerView): {frame: ScreenFrame; first: number} {
  const {mode, size, styles} = view;
  const width = Math.max(10, size.columns - 1);
  if (mode.type === 'details' || mode.type === 'help') {
    const rows = scrolledRows(mode, width, view.view, styles);
    const height = Math.max(0, size.rows - 1);
    const hint =
      mode.type === 'details'
        ? '↑↓ moves · Enter goes on in the chat with it · any other key goes back'
        : '↑↓ moves · any other key goes back';
    const seen = padded(rows.slice(mode.first, mode.first + height), height);
    return {frame: {rows: [...seen, styles.status(cutLine(hint, 0, width))]}, first: view.first};
  }
  const head = headRows(view, width);
  const foot = footRows(view, width);
  const height = Math.max(0, size.rows - head.rows.length - foot.rows.length);
  const list = listRows(view, width);
  const first = scrolled(list, view, height);
  const seen = padded(
    list.slice(first, first + height).map(({text}) => text),
    height,
  );
  const rows = [...head.rows, ...seen, ...foot.rows];
  const cursor =
    foot.cursor === undefined
      ? head.cursor === undefined
        ? undefined
        : {x: head.cursor, y: 0}
      : {x: foot.cursor, y: rows.length - 1};
  return {frame: {rows: rows.slice(0, size.rows), ...(cursor && {cursor})}, first};
}

/** How many rows of the list are seen. */
export function listHeight({rows}: Size): number {
  return Math.max(1, rows - (rows < high ? 2 : 3));
}

/** How many rows there are of what is scrolled. */
export function scrolledLength(
  mode: Extract<Mode, {type: 'details' | 'help'}>,
  {columns}: Size,
  {shelf, now, styles}: Pick<ManagerSettings, 'shelf' | 'now' | 'styles'>,
): number {
  const known = {aliases: shelf.aliases(), now: now()};
  return scrolledRows(mode, Math.max(10, columns - 1), known, styles()).length;
}

function scrolledRows(
  mode: Extract<Mode, {type: 'details' | 'help'}>,
  width: number,
  {aliases, now}: Pick<ModelView, 'aliases' | 'now'>,
  styles: Styles,
): string[] {
  return mode.type === 'details'
    ? detailRows(mode.details, aliases, {styles, width, now})
    : helpRows(styles, width);
}

function helpRows(styles: Styles, width: number): string[] {
  const widest = Math.max(...managerKeys.map(({label}) => lineWidth(label)));
  // Where little room is left beside the keys, what they do stands below.
  const indent = width < roomy ? 6 : widest + 4;
  const rows = managerKeys.flatMap(({label, summary}) => {
    const [first = '', ...rest] = wrapAnsi(summary, Math.max(8, width - indent), {hard: true}).split('\n');
    const more = rest.map(line => ' '.repeat(indent) + line);
    return width < roomy
      ? [`  ${styles.accent(label)}`, ' '.repeat(indent) + first, ...more]
      : [`  ${styles.accent(label)}${' '.repeat(indent - 2 - lineWidth(label))}${first}`, ...more];
  });
  return [`  ${styles.heading('Keys among the models')}`, '', ...rows].map(row => cutLine(row, 0, width));
}

/** The row at the top: what is listed, and the filter. */
function headRows(view: ManagerView, width: number): {rows: string[]; cursor?: number} {
  const {section, counts, filter, mode, isAsking, size, styles} = view;
  const tab = (name: Section, title: string): string => {
    const text = `${title} ${counts[name]}`;
    return name === section ? styles.strong(`[${text}]`) : ` ${text} `;
  };
  const tabs = `${styles.heading('Models')}  ${tab('installed', 'Installed')}  ${tab('running', 'Running')}`;
  const isFiltering = mode.type === 'filter' || filter.text !== '';
  const before = isFiltering ? `${tabs}   /` : tabs;
  const line = isFiltering
    ? `${before}${filter.text}`
    : `${before}${isAsking ? styles.dim('   asking …') : ''}`;
  const at = lineWidth(before) + stringWidth(filter.text.slice(0, filter.cursor));
  return {
    rows: [cutLine(line, 0, width), ...(size.rows < high ? [] : [''])],
    ...(mode.type === 'filter' && {cursor: Math.min(width, at)}),
  };
}

/** A row of the list, and the index of the item that it belongs to. */
type ListLine = {text: string; item?: number};

function listRows(view: ManagerView, width: number): ListLine[] {
  const {items, selected, section, styles} = view;
  const silence = view.silent
    .filter(({backend}) => !items.some(item => item.type === 'model' && item.model.backend === backend))
    .flatMap(({backend}) => [{text: ''}, {text: cutLine(styles.dim(groupTitle(backend, view)), 0, width)}]);
  if (items.length === 0) {
    const said = wrapAnsi(nothingText(view), width - 4, {hard: true}).split('\n');
    return [...said.map(line => ({text: `  ${styles.dim(line)}`})), ...silence];
  }
  const lines: ListLine[] = [];
  const models = items.flatMap(item => (item.type === 'model' ? [item.model] : []));
  const pulls = items.length - models.length;
  const drawn = modelRows(models, selected - pulls, {section, view: view.view, width, styles});
  if (pulls > 0) lines.push({text: styles.dim('pulls')});
  let backend: string | undefined;
  for (const [index, item] of items.entries()) {
    if (item.type === 'pull') {
      for (const text of drawPull(item.pull, index === selected, width, styles))
        lines.push({text, item: index});
    } else {
      if (item.model.backend !== backend) {
        backend = item.model.backend;
        if (lines.length > 0) lines.push({text: ''});
        lines.push({text: cutLine(styles.dim(groupTitle(backend, view)), 0, width)});
      }
      lines.push({text: drawn[index - pulls] ?? '', item: index});
    }
  }
  return [...lines, ...silence];
}

/** A backend, and of one that has not told its models now, that. */
function groupTitle(backend: string, {labelOf, silent}: ManagerView): string {
  const label = neutraliseLine(silent.find(each => each.backend === backend)?.text ?? labelOf(backend));
  return label === backend ? backend : `${backend} · ${label}`;
}

function nothingText({section, filter, isAsking}: ManagerView): string {
  if (filter.text !== '') return 'Nothing fits the filter; Esc shows all.';
  if (isAsking) return 'Asking the backends …';
  return section === 'running'
    ? 'No model is loaded now. Tab goes back to all of them, l loads one.'
    : 'No backend that answers has a model. p pulls one; what is wrong: /doctor';
}

/** Where the list begins so that all of the selected item is seen, and the heading above it where there is room. */
function scrolled(list: readonly ListLine[], {selected, first}: ManagerView, height: number): number {
  const own = [...list.keys()].filter(index => list[index]?.item === selected);
  const last = own.at(-1) ?? 0;
  let top = own[0] ?? 0;
  while (top > 0 && list[top - 1]?.item === undefined && last - top + 2 <= height) top -= 1;
  const kept = Math.max(Math.min(first, top), last - height + 1);
  return Math.max(0, Math.min(kept, list.length - height));
}

/** What is asked or said, and the keys. */
function footRows(view: ManagerView, width: number): {rows: string[]; cursor?: number} {
  const {mode, remark, styles} = view;
  if (mode.type === 'field') {
    const {question, buffer} = mode.field;
    const title = cutLine(neutraliseLine(question), 0, width);
    const room = width - 3;
    const before = stringWidth(buffer.text.slice(0, buffer.cursor));
    const from = Math.max(0, before - room);
    const text = cutLine(buffer.text, from, from + room);
    return {rows: [styles.heading(title), `${styles.prompt('❯ ')}${text}`], cursor: 2 + before - from};
  }
  if (mode.type === 'confirm')
    return {
      rows: wrapAnsi(`${neutraliseLine(mode.question)} y/N`, width, {hard: true})
        .split('\n')
        .slice(0, remarkRows)
        .map(line => styles.warning(line)),
    };
  const keys = styles.status(footText(view, width));
  if (!remark) return {rows: [keys]};
  const said = wrapAnsi(neutraliseLine(remark.text), width, {hard: true}).split('\n').slice(0, remarkRows);
  const painted = said.map(line => (remark.tone === 'error' ? styles.error(line) : line));
  return {rows: [...painted, keys]};
}

/** The keys that mean something now, as many as fit; the way out and the overview come first. */
function footText({items, selected, mode, filter, section}: ManagerView, width: number): string {
  if (mode.type === 'filter') return cutLine('Enter keeps the filter · Esc shows all', 0, width);
  const item = items[selected];
  const leave = filter.text === '' ? 'Esc leaves' : 'Esc shows all';
  const own =
    item?.type === 'pull'
      ? item.pull.state === 'running'
        ? ['x stops']
        : item.pull.state === 'elsewhere'
          ? []
          : ['r goes on', 'x takes it off']
      : item
        ? ['Enter uses', ...(section === 'running' ? ['u unloads'] : []), 's details']
        : [];
  const rest = section === 'running' ? ['Tab installed'] : ['Tab running'];
  const more =
    item?.type === 'model' ? ['d deletes', 'f favourite', 'a alias', 'l loads', 'u unloads', 'c copies'] : [];
  let text = [leave, '? keys'].join(' · ');
  for (const hint of new Set([...own, 'p pulls', ...rest, ...more.slice(0, 1), '/ filters', ...more])) {
    const longer = `${text} · ${hint}`;
    if (lineWidth(longer) > width) break;
    text = longer;
  }
  return cutLine(text, 0, width);
}

function padded(rows: readonly string[], height: number): string[] {
  return Array.from({length: height}, (_, index) => rows[index] ?? '');
}
