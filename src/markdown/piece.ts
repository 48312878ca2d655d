import type {MarkedToken, Tokens} from 'marked';

/**
 * A finished part of a markdown document, as plain data. Mostly a whole block; the finished part of a fence, list or
 * table that is long already and still grows.
 *
 * `gap`: a blank line comes before it. Rendered pieces, put one after the other, are the document.
 */
export type Piece =
  | {kind: 'block'; gap: boolean; token: MarkedToken | MathToken}
  /** The opening of a fence whose lines follow as `code-lines`. `lang` is the whole info string, or empty. */
  | {kind: 'fence-start'; gap: boolean; lang: string}
  /** Whole lines of code, without the last newline. `before`: some of the lines above them, for the highlighter. */
  | {kind: 'code-lines'; gap: false; lang: string; before: string; text: string}
  /** `hasBlank`: a line of it was blank. */
  | {kind: 'fence-end'; gap: false; hasBlank: boolean}
  /** Items of one list; `number` is what the first of them is counted as in an ordered list. */
  | {kind: 'list-items'; gap: boolean; ordered: boolean; number: number; items: Tokens.ListItem[]}
  /** Rows of one table from row number `from` on; `sample` are its header and first rows, which decide the layout. */
  | {kind: 'table-rows'; gap: boolean; sample: TableSample; from: number; rows: Tokens.TableCell[][]};

/**
 * A piece with the text that it was made of. These texts, one after the other, are the document; what cannot be seen
 * (blank lines, link definitions) stands at the beginning of the next one.
 */
export type FinishedPiece = Piece & {source: string};

export type TableSample = {
  header: Tokens.TableCell[];
  align: Tokens.Table['align'];
  rows: Tokens.TableCell[][];
};

/** TeX between its delimiters, which markdown must leave alone; `raw` is all of it. */
export type MathToken = {type: 'math'; raw: string};

/** How many rows of a table decide the widths of its columns. */
export const tableSampleRows = 24;

/** How many lines of code before a part of a fence are handed to the highlighter with it. */
export const codeContextLines = 24;
