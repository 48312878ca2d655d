import {type MarkedToken, Parser, type Token, type Tokens} from 'marked';
import type {Piece} from '../../src/markdown/piece.ts';

/**
 * The HTML of a document that came in pieces: parts are put together to the block that they are parts of.
 * `partial` says whether a list was among them, whose parts each know only what came before.
 */
export function htmlOfPieces(pieces: readonly Piece[]): {html: string; partialList: boolean} {
  const tokens: Token[] = [];
  let partialList = false;
  let code: {token: Tokens.Code; lines: string[]} | undefined;
  let listNumber = Number.NaN;
  for (const piece of pieces) {
    const last = tokens.at(-1);
    switch (piece.kind) {
      case 'block':
        tokens.push(piece.token as MarkedToken);
        break;
      case 'fence-start':
        code = {token: {type: 'code', raw: '', lang: piece.lang, text: ''}, lines: []};
        tokens.push(code.token);
        break;
      case 'code-lines':
        code?.lines.push(...piece.text.split('\n'));
        break;
      case 'fence-end': {
        const text = code?.lines.join('\n') ?? '';
        const blankEnd = (code?.lines.length ?? 0) > 0 && (text === '' || text.endsWith('\n'));
        if (code) code.token.text = blankEnd ? `${text}\n` : text;
        break;
      }
      case 'list-items':
        partialList = true;
        if (last?.type === 'list' && last.ordered === piece.ordered && piece.number === listNumber)
          last.items?.push(...piece.items);
        else {
          tokens.push({
            type: 'list',
            raw: '',
            ordered: piece.ordered,
            start: piece.ordered ? piece.number : '',
            loose: false,
            items: [...piece.items],
          });
        }
        listNumber = piece.number + piece.items.length;
        break;
      case 'table-rows':
        if (piece.from > 0 && last?.type === 'table') last.rows?.push(...piece.rows);
        else {
          const {header, align} = piece.sample;
          tokens.push({type: 'table', raw: '', header, align, rows: [...piece.rows]});
        }
        break;
    }
  }
  return {html: new Parser().parse(tokens), partialList};
}

/** Blocks of which nothing can be seen are no pieces. */
export function withoutEmptyBlocks(html: string): string {
  return html.replace(/<h[1-6]><\/h[1-6]>\n|<pre><code><\/code><\/pre>\n/g, '').trim();
}

/** Paragraph marks inside list items are what tells a loose list from a tight one. */
export function withoutLooseness(html: string): string {
  return html.replace(/<\/?p>|\s+/g, '');
}
