import {createBlocks} from './blocks.ts';
import type {Piece} from './piece.ts';

/** Markdown that arrives in pieces and leaves as finished terminal text. */
export type MarkdownStream = {
  /** Takes more of the text; returns what is finished now, ready to print. */
  push(text: string): string;
  /** What is still open, as it looks now. */
  open(): string;
  /** The end has come: what is left, ready to print. */
  end(): string;
};

/** Splits and renders one stream of markdown. */
export function createMarkdownStream(render: (piece: Piece) => string): MarkdownStream {
  const blocks = createBlocks();
  const draw = (pieces: readonly Piece[]): string => pieces.map(render).join('');
  return {
    push: text => draw(blocks.push(text)),
    open: () => draw(blocks.open()),
    end: () => draw(blocks.end()),
  };
}
