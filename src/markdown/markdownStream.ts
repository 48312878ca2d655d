import {createBlocks} from './blocks.ts';
import type {CodeNumbers, NumberCode} from './codeNumbers.ts';
import type {FinishedPiece, Piece} from './piece.ts';
import {findUnclosedFence} from './unclosedFence.ts';

/** Markdown that arrives in pieces and leaves as finished terminal text. */
export type MarkdownStream = {
  /** Takes more of the text; returns what is finished now, ready to print. */
  push(text: string): string;
  /** What is still open, as it looks now. */
  open(): string;
  /** The end has come: what is left, ready to print. */
  end(): string;
  /**
   * From now on the text is shown as it was written, or rendered again. A fence or a table of which a part was
   * returned already goes on as it began.
   */
  setRaw(raw: boolean): void;
  /** Before anything is pushed: the text to come goes on where this one ends, of which nothing is returned. */
  goOnFrom(earlier: string): void;
};

/** Writes a piece for the terminal. */
export type DrawPiece = (piece: Piece, numberCode?: NumberCode) => string;

/** Splits and renders one stream of markdown. With `numbers`, its fenced blocks get their numbers and leave their text there. */
export function createMarkdownStream(draw: DrawPiece, numbers?: CodeNumbers): MarkdownStream {
  const blocks = createBlocks();
  let raw = false;
  /** How the block is shown of which a part was returned. */
  let partIsRaw: boolean | null = null;
  /** What was returned last. */
  let last: 'nothing' | 'rendered' | 'raw' = 'nothing';
  /** The fence that comes in parts: its number, and whether it has a line. */
  let fence: {number: number; hasLine: boolean} | null = null;
  /** Code of the first fence that was shown elsewhere. */
  let earlierCode = '';

  const register: NumberCode | undefined =
    numbers &&
    (code => {
      const number = numbers.begin();
      const whole = earlierCode + code;
      earlierCode = '';
      if (whole !== '') numbers.add(number, whole);
      fence = {number, hasLine: false};
      return number;
    });

  const addLines = (text: string): void => {
    if (!fence) return;
    numbers?.add(fence.number, fence.hasLine ? `\n${text}` : text);
    fence.hasLine = true;
  };

  const asRaw = (piece: FinishedPiece): string => {
    const source = last === 'raw' ? piece.source : piece.source.replace(/^(?:[ \t]*\n)+/, '');
    const gap = last === 'rendered' && piece.gap ? '\n' : '';
    const end = source === '' || source.endsWith('\n') ? '' : '\n';
    return gap + source + end;
  };

  const finish = (piece: FinishedPiece): string => {
    if (piece.kind === 'code-lines') addLines(piece.text);
    const isLaterPart =
      piece.kind === 'code-lines' ||
      piece.kind === 'fence-end' ||
      (piece.kind === 'table-rows' && piece.from > 0);
    if (!isLaterPart || partIsRaw === null) partIsRaw = raw;
    // Drawn also when it is shown raw, as its fences are numbered by that.
    const text = draw(piece, register);
    const shown = partIsRaw ? asRaw(piece) : text;
    last = partIsRaw ? 'raw' : 'rendered';
    return shown;
  };

  return {
    push: text => blocks.push(text).map(finish).join(''),
    open() {
      const {source, fencesBefore} = blocks.openSource();
      if (raw) return source;
      let number = (numbers?.count() ?? 0) + fencesBefore;
      const peek: NumberCode | undefined = numbers && (() => ++number);
      return blocks
        .open()
        .map(piece => draw(piece, peek))
        .join('');
    },
    end() {
      const text = blocks.end().map(finish).join('');
      const rest = last === 'raw' ? blocks.rest() : '';
      return rest === '' || rest.endsWith('\n') ? text + rest : `${text}${rest}\n`;
    },
    setRaw(next) {
      raw = next;
    },
    goOnFrom(earlier) {
      const found = findUnclosedFence(earlier);
      if (!found) return;
      blocks.push(found.opening);
      earlierCode = found.code;
    },
  };
}
