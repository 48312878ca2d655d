import type {MarkdownStream} from '../../markdown/markdownStream.ts';

/** The last block of an answer that streams: only what comes is drawn anew. */
export type GrowingBlock = {
  /** Where it starts in the answer, in UTF-16 units. */
  readonly start: number;
  /** Its lines now. `source` begins with what it was at the call before. */
  lines(source: string): readonly string[];
};

/** Starts to follow a block with a fresh stream of markdown. */
export function createGrowingBlock(start: number, stream: MarkdownStream): GrowingBlock {
  const finished: string[] = [];
  let taken = 0;
  return {
    start,
    lines(source) {
      finished.push(...linesOf(stream.push(source.slice(taken))));
      taken = source.length;
      const lines = [...finished, ...linesOf(stream.open())];
      return lines[0] === '' ? lines.slice(1) : lines;
    },
  };
}

/** Whole lines; the text ends with a newline or is empty. */
function linesOf(drawn: string): string[] {
  if (drawn === '') return [];
  const lines = drawn.replaceAll('\t', '    ').split('\n');
  return drawn.endsWith('\n') ? lines.slice(0, -1) : lines;
}
