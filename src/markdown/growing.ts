import type {Token, Tokens} from 'marked';
import {type FenceLimits, type FoundFence, findOpenFence} from './fence.ts';
import {tableSampleRows} from './piece.ts';

/** When the finished part of a block that still grows is handed out. */
export type EarlyLimits = {
  /** Items of a list in a group of them. */
  items: number;
  /** Rows of a table beyond its sample, in a group of them: for each group all of the sample is laid out. */
  rows: number;
  /** From so many lines on, the line above a fence goes out, and the fence comes in groups. */
  firstLines: number;
  /** How many characters make a group of fewer items. */
  itemsLength: number;
} & FenceLimits;

/** What waits is so little that it can be seen on a screen of 24 rows, of which half is for it. */
export const usualLimits: EarlyLimits = {
  firstLines: 4,
  groupLines: 12,
  groupLength: 4096,
  items: 4,
  itemsLength: 400,
  rows: 8,
};

/** Where a list or what stands before it has names of links that a definition below it may explain. */
export const patientLimits: EarlyLimits = {
  firstLines: 24,
  groupLines: 24,
  groupLength: 4096,
  items: 12,
  itemsLength: 4096,
  rows: 12,
};

/** How many items or rows at the end of an open list or table are held. */
const held = 2;

/** What can be handed out of the last block of a text, though it still grows; `length` in UTF-16 units. */
export type Growing =
  | {kind: 'fence'; found: FoundFence}
  | {kind: 'list'; list: Tokens.List; items: Tokens.ListItem[]; length: number}
  | {kind: 'table'; table: Tokens.Table; rows: Tokens.TableCell[][]; head: string; length: number};

/**
 * Looks whether the last token of a text is a fence, list or table with enough finished lines, items or rows to be
 * worth handing out. `continued`: earlier items or rows of it were handed out before.
 */
export function findGrowing(token: Token, continued: boolean, limits: EarlyLimits): Growing | undefined {
  switch (token.type) {
    case 'code': {
      const found = findOpenFence(token as Tokens.Code, limits);
      const enough =
        found && (found.lines.length >= limits.firstLines || token.raw.length >= limits.groupLength);
      return enough ? {kind: 'fence', found} : undefined;
    }
    case 'list': {
      const list = token as Tokens.List;
      const items = list.items.slice(0, -held);
      const raw = items.map(item => item.raw).join('');
      const enough = items.length >= limits.items || raw.length >= limits.itemsLength;
      return enough && list.raw.startsWith(raw) ? {kind: 'list', list, items, length: raw.length} : undefined;
    }
    case 'table': {
      const table = token as Tokens.Table;
      const rows = table.rows.slice(0, -held);
      const [heading = '', delimiters = '', ...lines] = table.raw.split('\n');
      const head = `${heading}\n${delimiters}\n`;
      const raw = lines.slice(0, rows.length).map(line => `${line}\n`);
      const length = head.length + raw.join('').length;
      const enough = continued
        ? rows.length >= limits.rows || (rows.length > 0 && length >= limits.groupLength)
        : rows.length >= tableSampleRows;
      return enough ? {kind: 'table', table, rows, head, length} : undefined;
    }
    default:
      return undefined;
  }
}
