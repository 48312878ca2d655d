import type {Links, MarkedToken, Token, Tokens} from 'marked';
import {neutralise} from '../core/neutralise.ts';
import {countSettled, definitionsIn, hasOpenName} from './countSettled.ts';
import type {OpenFence} from './fence.ts';
import {findGrowing, type Growing, patientLimits, usualLimits} from './growing.ts';
import {createLex} from './lexer.ts';
import {createPartialLine} from './partialLine.ts';
import {type FinishedPiece, type MathToken, type Piece, type TableSample, tableSampleRows} from './piece.ts';
import {createTail} from './tail.ts';

/** Reads a markdown text as it comes in and hands out what is finished. */
export type Blocks = {
  /** Takes more of the text, cut anywhere and raw as it came; returns what is finished now. */
  push(text: string): FinishedPiece[];
  /** What is not finished yet, for showing it; never more than its last few thousand characters. */
  open(): Piece[];
  /** The same as it is written, and how many fences were opened in what is too long to be shown of it. */
  openSource(): {source: string; fencesBefore: number};
  /** The text ends here: returns all that is left. Nothing can be pushed afterwards. */
  end(): FinishedPiece[];
  /** After the end: what followed the last piece and cannot be seen. */
  rest(): string;
};

/** How much of the open end is shown, in UTF-16 units. */
const shown = 6000;
/** Up to this length what is held is read anew with each line. */
const readOften = 4096;

/** Where the tail starts: at a block, or inside one of which a part was handed out. */
type Place =
  | {kind: 'between'}
  | {kind: 'fence'; fence: OpenFence}
  | {kind: 'list'; ordered: boolean; number: number; gap: boolean}
  | {kind: 'table'; head: string; sample: TableSample; from: number};

const between: Place = {kind: 'between'};

/**
 * A splitter for a stream of markdown.
 *
 * It reads only the open end of the text with marked's lexer, only whole lines of it, and carries link definitions on.
 * A block is handed out as soon as it has its end; one that may use a definition still to come is held over two blocks.
 * A definition that comes later than that (or after a fence, list or table so long that parts of it were handed out)
 * does not reach back: what uses it stays as it is written, `[text][name]`.
 *
 * The cost for each character does not depend on the length of the text: long fences, lists and tables are handed out
 * in parts, and any other block that grows long is read again only each time when it has grown by a quarter.
 */
export function createBlocks(limits = {usual: usualLimits, patient: patientLimits}): Blocks {
  const lex = createLex();
  const links: Links = Object.create(null);
  const tail = createTail();
  const partial = createPartialLine();
  let place: Place = between;
  let started = false;
  let readAt = 0;
  let seen: Piece[] | undefined;

  /** Text that no piece has taken yet, because it cannot be seen. */
  let unseen = '';

  const give = (piece: Piece, source: string): FinishedPiece => {
    started = true;
    const all = unseen + source;
    unseen = '';
    return {...piece, source: all};
  };

  /** The part of the last block that can be handed out; moves the place into that block. */
  const startPart = (growing: Growing, source: string): FinishedPiece[] => {
    switch (growing.kind) {
      case 'fence': {
        const {fence, opening, lines} = growing.found;
        place = {kind: 'fence', fence};
        const start = give({kind: 'fence-start', gap: started, lang: fence.lang}, opening);
        return [start, ...fence.feed(lines).pieces];
      }
      case 'list': {
        const {list, items} = growing;
        const {ordered, number, gap} =
          place.kind === 'list' ? place : {ordered: list.ordered, number: Number(list.start), gap: started};
        place = {
          kind: 'list',
          ordered,
          number: number + items.length,
          gap: endsBlank(items.at(-1)?.raw ?? ''),
        };
        return [give({kind: 'list-items', gap, ordered, number, items}, source)];
      }
      case 'table': {
        const {table, rows, head} = growing;
        const {sample, from} = place.kind === 'table' ? place : {sample: sampleOf(table), from: 0};
        const gap = from === 0 && started;
        place = {kind: 'table', head, sample, from: from + rows.length};
        return [give({kind: 'table-rows', gap, sample, from, rows}, source)];
      }
    }
  };

  /** Reads the tail and hands out what is finished in it, or all of it. */
  const read = (all: boolean): FinishedPiece[] => {
    const head = place.kind === 'table' ? place.head : '';
    const text = head + tail.text();
    const tokens = lex(text, links);
    const lastIndex = tokens.findLastIndex(token => token.type !== 'space');
    const last = tokens[lastIndex];
    const continued = lastIndex === 0 && last?.type === place.kind;
    const {usual, patient} = limits;
    const growing =
      all || !last ? undefined : findGrowing(last, continued, tokens.some(hasOpenName) ? patient : usual);
    const end = all ? tokens.length : growing ? lastIndex : countSettled(tokens);

    const pieces: FinishedPiece[] = [];
    let length = 0;
    let taken = head.length;
    /** The text up to a place, with the end of its line, which marked does not always count to a block. */
    const takeTo = (to: number): string => {
      const rest = text[to - 1] === '\n' ? 0 : (/^[ \t]*\n/.exec(text.slice(to, to + 200))?.[0].length ?? 0);
      const end = Math.max(taken, to + rest);
      const source = text.slice(taken, end);
      taken = end;
      return source;
    };
    for (const [index, token] of tokens.slice(0, end).entries()) {
      const piece = pieceOf(token, index === 0 ? place : between, started);
      length += token.raw.length;
      const source = takeTo(length);
      if (piece) pieces.push(give(piece, source));
      else unseen += source;
      for (const {tag, href, title} of definitionsIn(token)) links[tag] ??= {href, title};
      place = between;
    }
    if (growing?.kind === 'fence') {
      pieces.push(...startPart(growing, ''));
      tail.drop(tail.length);
    } else {
      if (growing) pieces.push(...startPart(growing, takeTo(length + growing.length)));
      tail.drop(taken - head.length);
    }
    readAt = tail.length > readOften ? tail.length * 1.25 : 0;
    return pieces;
  };

  /** Takes whole lines. */
  const accept = (text: string): FinishedPiece[] => {
    const pieces: FinishedPiece[] = [];
    let rest = text;
    if (place.kind === 'fence') {
      const lines = rest.slice(0, -1).split('\n');
      const fed = place.fence.feed(lines);
      pieces.push(...fed.pieces);
      if (!fed.closed) return pieces;
      pieces.push(...place.fence.end());
      place = between;
      rest = lines
        .slice(fed.taken)
        .map(line => `${line}\n`)
        .join('');
    }
    tail.add(rest);
    if (tail.length > 0 && tail.length >= readAt) pieces.push(...read(false));
    return pieces;
  };

  return {
    push(text) {
      seen = undefined;
      const safe = neutralise(text);
      const end = safe.lastIndexOf('\n') + 1;
      if (end === 0) {
        partial.add(safe);
        return [];
      }
      const whole = partial.take() + safe.slice(0, end);
      partial.add(safe.slice(end));
      return accept(whole);
    },

    open() {
      seen ??= lookAt(partial.end(shown));
      return seen;
    },

    openSource() {
      const line = partial.end(shown);
      if (place.kind === 'fence') return {source: place.fence.openSource() + line, fencesBefore: 0};
      const {text, fencesBefore} = tail.end(line.length < shown ? shown : 0);
      return {source: line.length < shown ? text + line : line, fencesBefore};
    },

    rest: () => unseen,

    end() {
      seen = [];
      const rest = partial.take();
      if (place.kind === 'fence') {
        const pieces = rest === '' ? [] : place.fence.feed([rest]).pieces;
        return [...pieces, ...place.fence.end()];
      }
      tail.add(rest);
      return tail.length > 0 ? read(true) : [];
    },
  };

  function lookAt(line: string): Piece[] {
    if (place.kind === 'fence') return place.fence.open(line);
    const {opening, text, whole} =
      line.length < shown ? tail.end(shown) : {opening: '', text: '', whole: false};
    const at = whole ? place : between;
    const source = (at.kind === 'table' ? at.head : '') + opening + text + (isMarkupOnly(line) ? '' : line);
    if (source === '') return [];
    const pieces: Piece[] = [];
    for (const [index, token] of lex(source, links).entries()) {
      const piece = pieceOf(token, index === 0 ? at : between, started || pieces.length > 0);
      if (piece) pieces.push(piece);
    }
    return pieces;
  }
}

/** The piece for a complete token that stands at `place`; undefined when there is nothing to see. */
function pieceOf(token: Token, place: Place, gap: boolean): Piece | undefined {
  if (place.kind === 'list' && token.type === 'list') {
    const {ordered, number} = place;
    return {kind: 'list-items', gap: place.gap, ordered, number, items: (token as Tokens.List).items};
  }
  if (place.kind === 'table' && token.type === 'table') {
    const {rows} = token as Tokens.Table;
    const {sample, from} = place;
    return rows.length > 0 ? {kind: 'table-rows', gap: false, sample, from, rows} : undefined;
  }
  return isVisible(token) ? {kind: 'block', gap, token: token as MarkedToken | MathToken} : undefined;
}

function sampleOf(table: Tokens.Table): TableSample {
  return {header: table.header, align: table.align, rows: table.rows.slice(0, tableSampleRows)};
}

function isVisible(token: Token): boolean {
  switch (token.type) {
    case 'space':
    case 'def':
      return false;
    case 'code':
      return token.text !== '' || Boolean(token.lang);
    case 'heading':
    case 'html':
    case 'paragraph':
    case 'text':
      return token.text.trim() !== '';
    default:
      return true;
  }
}

/** Whether a blank line ends the source of a list item. */
function endsBlank(raw: string): boolean {
  return /\n[ \t]*\n[ \t]*$/.test(raw);
}

/** Such a line may still become anything (a rule, the underline of a heading, a fence): better not shown yet. */
function isMarkupOnly(line: string): boolean {
  return /^[ \t]*[-=*_#`~+|:>]*[ \t]*$/.test(line);
}
