import stringWidth from 'string-width';
import {describe, expect, it} from 'vitest';
import {bufferOf} from '../../../src/ui/composer/buffer.ts';
import {layout, moveVertically} from '../../../src/ui/composer/layout.ts';
import {pick, randoms} from '../../core/randoms.ts';

const rowsOf = (text: string, width: number): string[] =>
  layout(bufferOf(text), width).rows.map(row => row.text);
const cursorAt = (text: string, cursor: number, width: number) => layout({text, cursor}, width).cursor;
const family = '👩‍👩‍👧';

describe('wrapping', () => {
  it.each([
    ['', 10, ['']],
    ['short', 10, ['short']],
    ['one two three', 8, ['one two ', 'three']],
    ['abcdefghij', 4, ['abcd', 'efgh', 'ij']],
    ['a\nb', 10, ['a', 'b']],
    ['a\n', 10, ['a', '']],
    ['\n\n', 10, ['', '', '']],
    ['世界世界', 5, ['世界', '世界']],
    ['世界', 3, ['世', '界']],
    [`${family}${family}`, 2, [family, family]],
    [' aaa世', 4, [' ', 'aaa', '世']],
  ])('lays %j out on %d columns', (text, width, rows) => {
    expect(rowsOf(text, width)).toEqual(rows);
  });

  it('counts a tab as two columns', () => {
    expect(rowsOf('\tab', 4)).toEqual(['\tab']);
    expect(rowsOf('\tabc', 4)).toEqual(['\tab', 'c']);
    expect(cursorAt('\tab', 2, 10)).toEqual({row: 0, column: 3});
  });

  it('keeps at least two columns, so that a wide character always fits', () => {
    expect(rowsOf('世a', 0)).toEqual(['世', 'a']);
  });

  it('never loses, adds or reorders text, and never makes a row too wide', () => {
    const random = randoms(5);
    const pieces = ['a', 'bc', ' ', '  ', '\n', '世', family, 'e\u0301', '\t', 'long-word', '-', '🇩🇪'];
    for (let round = 0; round < 400; round += 1) {
      const text = Array.from({length: random(30)}, () => pick(random, pieces)).join('');
      const width = 2 + random(12);
      const {rows} = layout(bufferOf(text), width);
      let at = 0;
      for (const row of rows) {
        expect(row.start === at || (row.start === at + 1 && text[at] === '\n')).toBe(true);
        expect(row.text).toBe(text.slice(row.start, row.end));
        expect(stringWidth(row.text.replaceAll('\t', '  '))).toBeLessThanOrEqual(width);
        at = row.end;
      }
      expect(at).toBe(text.length);
    }
  });
});

describe('the cursor', () => {
  it('stands at the start of the next row at a wrap', () => {
    expect(cursorAt('abcdef', 3, 4)).toEqual({row: 0, column: 3});
    expect(cursorAt('abcdef', 4, 4)).toEqual({row: 1, column: 0});
    expect(cursorAt('one two three', 8, 8)).toEqual({row: 1, column: 0});
  });

  it('stands after the last character of a row that is full', () => {
    expect(cursorAt('abcd', 4, 4)).toEqual({row: 0, column: 4});
  });

  it('counts wide and combined characters as they are shown', () => {
    expect(cursorAt('世界a', 2, 10)).toEqual({row: 0, column: 4});
    expect(cursorAt('e\u0301a', 2, 10)).toEqual({row: 0, column: 1});
    expect(cursorAt(`${family}a`, family.length, 10)).toEqual({row: 0, column: 2});
  });

  it('stands on the empty line after a newline', () => {
    expect(cursorAt('a\n', 2, 10)).toEqual({row: 1, column: 0});
    expect(cursorAt('a\n\nb', 2, 10)).toEqual({row: 1, column: 0});
    expect(cursorAt('', 0, 10)).toEqual({row: 0, column: 0});
  });
});

describe('moving by rows', () => {
  const move = (marked: string, direction: -1 | 1, width = 20): string | null => {
    const cursor = marked.indexOf('|');
    const moved = moveVertically({text: marked.replace('|', ''), cursor}, width, direction);
    return moved && `${moved.text.slice(0, moved.cursor)}|${moved.text.slice(moved.cursor)}`;
  };

  it('keeps the column where the other row has it, else goes to its end', () => {
    expect(move('one\ntw|o\nthree', -1)).toBe('on|e\ntwo\nthree');
    expect(move('one\ntw|o\nthree', 1)).toBe('one\ntwo\nth|ree');
    expect(move('a\nthree|', -1)).toBe('a|\nthree');
    expect(move('three|\n\nx', 1)).toBe('three\n|\nx');
    expect(move('|one\ntwo', 1)).toBe('one\n|two');
  });

  it('goes nowhere past the first and the last row', () => {
    expect(move('on|e\ntwo', -1)).toBeNull();
    expect(move('one\nt|wo', 1)).toBeNull();
    expect(move('|', 1)).toBeNull();
  });

  it('moves through the rows of a wrapped line', () => {
    expect(move('abcdefg|h', -1, 4)).toBe('abc|defgh');
    expect(move('ab|cdefgh', 1, 4)).toBe('abcdef|gh');
    expect(move('abcdefgh|\nx', -1, 4)).toBe('abc|defgh\nx');
  });

  it('does not stand in the middle of a wide character', () => {
    expect(move('世界\na|b', -1)).toBe('|世界\nab');
    expect(move('世界\nabc|d', -1)).toBe('世|界\nabcd');
    expect(move(`${family}x\nab|`, -1)).toBe(`${family}|x\nab`);
  });

  it('always lands on the row that was asked for', () => {
    const random = randoms(9);
    const pieces = ['a', 'word ', '\n', '世', family, '\t', 'x'.repeat(9)];
    for (let round = 0; round < 300; round += 1) {
      const text = Array.from({length: random(20)}, () => pick(random, pieces)).join('');
      const width = 3 + random(10);
      const spans = [...new Intl.Segmenter().segment(text)].map(({index}) => index);
      const buffer = {text, cursor: pick(random, [...spans, text.length])};
      const {rows, cursor} = layout(buffer, width);
      for (const direction of [-1, 1] as const) {
        const moved = moveVertically(buffer, width, direction);
        if (rows[cursor.row + direction] === undefined) expect(moved).toBeNull();
        else expect(moved && layout(moved, width).cursor.row).toBe(cursor.row + direction);
      }
    }
  });
});
