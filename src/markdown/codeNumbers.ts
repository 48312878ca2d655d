/** Where the fenced blocks that are shown get their numbers and leave their text. */
export type CodeNumbers = {
  /** Gives the next block its number, from 1. */
  begin(): number;
  /** Adds text to a block. */
  add(number: number, text: string): void;
  /** The number that was given last. */
  count(): number;
};

/** Asked once for each fenced block of a piece, in the order in which they are drawn. `code` is all that is known. */
export type NumberCode = (code: string) => number | undefined;
