/** The fenced blocks that were shown, numbered in the order in which they were. */
export type CodeBlocks = {
  /** Gives the next block its number, from 1; its text comes as it grows. */
  begin(): number;
  /** Adds text to a block. */
  add(number: number, text: string): void;
  /** The text of a block; undefined when there is no such number. */
  get(number: number): string | undefined;
  /** The number of the block with this text, the last one of several. */
  find(text: string): number | undefined;
  /** How many there are: the number of the last one. */
  count(): number;
};

/** Starts without any block. */
export function createCodeBlocks(): CodeBlocks {
  const texts: string[] = [];
  return {
    begin: () => texts.push(''),
    add(number, text) {
      const before = texts[number - 1];
      if (before !== undefined) texts[number - 1] = before + text;
    },
    get: number => texts[number - 1],
    find(text) {
      const index = texts.lastIndexOf(text);
      return index === -1 ? undefined : index + 1;
    },
    count: () => texts.length,
  };
}
