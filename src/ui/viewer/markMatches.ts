import {stripStyles} from '../../markdown/sgr.ts';
import type {Paint} from '../../theme/paint.ts';
import {findText} from './findText.ts';
import {type Mark, markLine} from './styledLine.ts';

export type MatchPaints = {match: Paint; current: Paint};

/** The first line of each match in some styled lines, in order; a match may go on in the next line. */
export function matchedLines(lines: readonly string[], pattern: RegExp): number[] {
  const plain = lines.map(stripStyles);
  const starts = startsOf(plain);
  return findText(plain.join('\n'), pattern).map(({start}) => lineAt(starts, start));
}

/** The lines with their matches painted; `current` is the number of the one that is looked at, -1 for none. */
export function markMatches(
  lines: readonly string[],
  pattern: RegExp,
  current: number,
  paints: MatchPaints,
): string[] {
  const plain = lines.map(stripStyles);
  const starts = startsOf(plain);
  const marks: Mark[][] = lines.map(() => []);
  for (const [index, {start, end}] of findText(plain.join('\n'), pattern).entries()) {
    const paint = index === current ? paints.current : paints.match;
    for (let line = lineAt(starts, start); line < lines.length && (starts[line] ?? 0) < end; line++) {
      const from = starts[line] ?? 0;
      const length = plain[line]?.length ?? 0;
      const mark = {start: Math.max(0, start - from), end: Math.min(length, end - from), paint};
      if (mark.end > mark.start) marks[line]?.push(mark);
    }
  }
  return lines.map((line, index) => markLine(line, marks[index] ?? []));
}

function startsOf(plain: readonly string[]): number[] {
  let at = 0;
  return plain.map(line => {
    const start = at;
    at += line.length + 1;
    return start;
  });
}

/** The line in which an offset lies. */
function lineAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
