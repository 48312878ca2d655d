import {describe, expect, it} from 'vitest';
import {
  endTop,
  lastRow,
  move,
  type RowSource,
  reveal,
  top,
  visible,
} from '../../../src/ui/viewer/viewport.ts';

/** Messages by the rows of their parts; the second has nothing to show. */
const heights = [[2, 1], [], [3], [1, 4]];
const source: RowSource = {
  messages: () => heights.length,
  parts: message => heights[message]?.length ?? 0,
  rows: (message, part) => heights[message]?.[part] ?? 1,
};
const all = visible(source, top, 100);

describe('places in a document', () => {
  it('are its rows, in order, past messages without any', () => {
    expect(all.map(({message, part, row}) => `${message}.${part}.${row}`).join(' ')).toBe(
      '0.0.0 0.0.1 0.1.0 2.0.0 2.0.1 2.0.2 3.0.0 3.1.0 3.1.1 3.1.2 3.1.3',
    );
  });

  it('can be moved by any number of rows, and stop at both ends', () => {
    for (const [from, place] of all.entries()) {
      for (let by = -15; by <= 15; by++) {
        const wanted = all[Math.min(all.length - 1, Math.max(0, from + by))];
        expect(move(source, place, by)).toEqual(wanted);
      }
    }
  });

  it('begin a window that shows the end', () => {
    expect(lastRow(source)).toEqual(all.at(-1));
    for (let height = 1; height < 15; height++)
      expect(visible(source, endTop(source, height), height)).toEqual(all.slice(-height));
  });

  it('come into sight by the least move', () => {
    const [first, , , fourth, , , seventh] = all as [(typeof all)[0], ...typeof all];
    expect(reveal(source, first, 5, fourth as never)).toBe(first);
    expect(reveal(source, first, 5, seventh as never)).toEqual(all[2]);
    expect(reveal(source, first, 5, seventh as never, 3)).toEqual(all[4]);
    expect(reveal(source, seventh as never, 5, fourth as never)).toBe(fourth);
  });

  it('are none in an empty document', () => {
    const empty: RowSource = {messages: () => 0, parts: () => 0, rows: () => 1};
    expect(visible(empty, top, 10)).toEqual([]);
    expect(endTop(empty, 10)).toEqual(top);
  });
});
