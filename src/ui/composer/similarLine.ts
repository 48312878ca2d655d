import type {Row, Wrapped} from './layout.ts';

/** What can be taken over from the rows of a line that differs in one place. */
export type Similar = {
  /** The rows before the difference. */
  readonly head: Wrapped;
  /** All rows from a place behind the difference on, where a row of the other line began; else undefined. */
  restFrom(start: number): Wrapped | undefined;
};

/** Shorter lines are wrapped anew, in UTF-16 units. */
const least = 1000;

/** The line among those that were wrapped before of which this one is a changed version; undefined when none is near. */
export function similarTo(line: string, wrapped: ReadonlyMap<string, Wrapped>): Similar | undefined {
  if (line.length < least) return undefined;
  for (const [other, rows] of wrapped) {
    const before = commonStart(line, other);
    const after = commonEnd(line, other, Math.min(line.length, other.length) - before);
    if (before + after < line.length / 2) continue;
    return {
      head: rowsBefore(rows, before),
      restFrom: restOf(rows, line.length - other.length, line.length - after),
    };
  }
  return undefined;
}

/** Where a row ends depends on the row after it, and that may be cut where the one after that begins. */
function rowsBefore(rows: Wrapped, end: number): Wrapped {
  const count = rows.findIndex((_, index) => (rows[index + 2]?.end ?? Number.POSITIVE_INFINITY) > end);
  return rows.slice(0, Math.max(0, count));
}

function restOf(rows: Wrapped, moved: number, from: number): Similar['restFrom'] {
  const starts = new Map(rows.map((row, index) => [row.start + moved, index]));
  return start => {
    const index = start > from ? starts.get(start) : undefined;
    if (index === undefined) return undefined;
    return rows.slice(index).map((row): Row => ({...row, start: row.start + moved, end: row.end + moved}));
  };
}

function commonStart(one: string, other: string): number {
  const most = Math.min(one.length, other.length);
  let count = 0;
  while (count < most && one.charCodeAt(count) === other.charCodeAt(count)) count += 1;
  return count;
}

function commonEnd(one: string, other: string, most: number): number {
  let count = 0;
  while (
    count < most &&
    one.charCodeAt(one.length - 1 - count) === other.charCodeAt(other.length - 1 - count)
  )
    count += 1;
  return count;
}
