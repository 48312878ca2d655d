import type {Paint} from '../../theme/paint.ts';
import type {ViewerDocument} from './createDocument.ts';
import type {Match, Search} from './createSearch.ts';
import {type Fit, fitLines, type Row} from './fitLines.ts';
import {markMatches, matchedLines} from './markMatches.ts';
import type {Part} from './part.ts';
import {lineWidth} from './styledLine.ts';
import type {Place, RowSource} from './viewport.ts';

/** The document as rows of the screen. */
export type Page = RowSource & {
  /** A row as it is drawn, and whether the match that is looked at stands in its line. */
  row(
    message: number,
    part: number,
    row: number,
    search: Search,
    paints: {match: Paint; current: Paint},
  ): DrawnRow;
  /** The row of a part in which a match stands. */
  matchRow(message: number, part: number, search: Search, match: Match): number;
  partAt(message: number, part: number): Part | undefined;
  /** Whether some line at these places goes on to the right of the page. */
  isCutAt(places: readonly Place[]): boolean;
};

export type DrawnRow = {text: string; hasCurrent: boolean};

/** So many widths of lines are kept. */
const keptWidths = 20_000;

/** Lays rows out of the parts of a document, as they are asked for. */
export function createPage(document: ViewerDocument, fitting: () => Omit<Fit, 'widthOf'>): Page {
  let fitted = new WeakMap<Part, Row[]>();
  let fittedFor = '';
  const widths = new Map<string, number>();
  let marked: {part: Part; key: string; rows: Row[]; current: number} | undefined;

  /** The lines of a growing answer are asked for again and again. */
  const widthOf = (line: string): number => {
    const known = widths.get(line);
    if (known !== undefined) return known;
    if (widths.size > keptWidths) widths.clear();
    const width = lineWidth(line);
    widths.set(line, width);
    return width;
  };

  const partAt = (message: number, part: number): Part | undefined => document.parts(message)[part];

  const rowsOf = (part: Part): Row[] => {
    const {width, wraps, offset} = fitting();
    const key = `${width} ${wraps} ${offset}`;
    if (key !== fittedFor) {
      fitted = new WeakMap();
      fittedFor = key;
    }
    const known = fitted.get(part);
    if (known) return known;
    const rows = fitLines(part.lines(), {...fitting(), widthOf});
    fitted.set(part, rows);
    return rows;
  };

  const currentLine = (
    part: Part,
    search: Search,
    match: Match,
  ): {ordinal: number; line: number} | undefined => {
    const pattern = search.pattern();
    const lines = pattern && matchedLines(part.lines(), pattern);
    if (!lines || lines.length === 0) return undefined;
    const ordinal = Math.min(lines.length - 1, search.ordinalIn(part, match));
    return {ordinal, line: lines[ordinal] ?? 0};
  };

  const isSearched = ({field, block}: Part): boolean =>
    field !== null && !(block.kind === 'thinking' && block.isOpen === false);

  /** The rows of a part with its matches painted; those of the part asked for last are kept. */
  const markedRows = (
    index: number,
    part: Part,
    search: Search,
    paints: {match: Paint; current: Paint},
  ): {rows: Row[]; current: number} => {
    const pattern = search.pattern();
    if (!pattern || !isSearched(part)) return {rows: rowsOf(part), current: -1};
    const key = `${search.query()} ${search.position()} ${fittedFor}`;
    if (marked?.part === part && marked.key === key) return marked;
    const match = search.current();
    const isHere =
      match?.message === index &&
      match.field === part.field &&
      match.start >= part.start &&
      match.start < part.end;
    const at = isHere ? currentLine(part, search, match) : undefined;
    const lines = markMatches(part.lines(), pattern, at?.ordinal ?? -1, paints);
    marked = {part, key, rows: fitLines(lines, {...fitting(), widthOf}), current: at?.line ?? -1};
    return marked;
  };

  return {
    messages: document.count,
    parts: message => document.parts(message).length,
    rows(message, index) {
      const part = partAt(message, index);
      return part ? Math.max(1, rowsOf(part).length + (part.gap ? 1 : 0)) : 1;
    },
    partAt,
    isCutAt(places) {
      const {width, offset} = fitting();
      const parts = new Set(places.map(({message, part}) => partAt(message, part)));
      return [...parts].some(part => part?.lines().some(line => lineWidth(line) > width + offset));
    },
    row(message, index, row, search, paints) {
      const part = partAt(message, index);
      if (!part) return {text: '', hasCurrent: false};
      const {rows, current} = markedRows(message, part, search, paints);
      const own = rows[row - (part.gap ? 1 : 0)];
      return {text: own?.text ?? '', hasCurrent: own !== undefined && own.line === current};
    },
    matchRow(message, index, search, match) {
      const part = partAt(message, index);
      const line = part && currentLine(part, search, match)?.line;
      if (!part || line === undefined) return 0;
      return (
        Math.max(
          0,
          rowsOf(part).findIndex(row => row.line === line),
        ) + (part.gap ? 1 : 0)
      );
    },
  };
}
