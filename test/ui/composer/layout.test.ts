import stringWidth from 'string-width';
import {describe, expect, it} from 'vitest';
import {bufferOf} from '../../../src/ui/composer/buffer.ts';
import {createLayouter, layout, moveVertically} from '../../../src/ui/composer/layout.ts';
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
    expect(rowsOf('\tab', 4)).toEqual(['  ab']);
    expect(rowsOf('\tabc', 4)).toEqual(['  ab', 'c']);
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
        const shown = text.slice(row.start, row.end).replaceAll('\t', '  ');
        expect(row.text).toBe(shown);
        expect(row.parts.map(part => part.text).join('')).toBe(shown);
        expect(stringWidth(row.text)).toBeLessThanOrEqual(width);
        at = row.end;
      }
      expect(at).toBe(text.length);
    }
  });
});

describe('chips', () => {
  const chips = new Map([['\udc00', {text: 'x\ny', label: '[pasted 2 lines]'}]]);
  const partsOf = (text: string, width: number) =>
    layout(bufferOf(text), width, {chips}).rows.map(row => row.parts.map(part => [part.kind, part.text]));

  it('are shown by their label and wrapped whole', () => {
    expect(partsOf('see \udc00 now', 40)).toEqual([
      [
        ['text', 'see '],
        ['chip', '[pasted 2 lines]'],
        ['text', ' now'],
      ],
    ]);
    expect(layout(bufferOf('see \udc00 now'), 18, {chips}).rows.map(row => row.text)).toEqual([
      'see ',
      '[pasted 2 lines] ',
      'now',
    ]);
  });

  it('are cut where even a row is too short for them', () => {
    expect(partsOf('a\udc00', 6)).toEqual([[['text', 'a']], [['chip', '[past…']]]);
  });

  it('count with their label for the cursor', () => {
    expect(layout({text: 'a\udc00b', cursor: 2}, 40, {chips}).cursor).toEqual({row: 0, column: 17});
    expect(layout({text: 'a\udc00b', cursor: 1}, 40, {chips}).cursor).toEqual({row: 0, column: 1});
  });

  it('are laid out anew when they change', () => {
    const layOut = createLayouter();
    layOut(bufferOf('\udc00'), 40, {chips});
    const other = new Map([['\udc00', {text: '', label: '[other]'}]]);
    expect(layOut(bufferOf('\udc00'), 40, {chips: other}).rows[0]?.text).toBe('[other]');
  });
});

describe('a suggestion', () => {
  const ghostOf = (text: string, ghost: string, width: number) =>
    layout(bufferOf(text), width, {ghost})
      .rows.at(-1)
      ?.parts.filter(part => part.kind === 'ghost')
      .map(part => part.text);

  it('stands after the text in what is left of its row, and is never wrapped', () => {
    expect(ghostOf('one', ' two', 10)).toEqual([' two']);
    expect(ghostOf('one', ' two three', 10)).toEqual([' two t…']);
    expect(ghostOf('世界', '世界', 7)).toEqual(['世…']);
    expect(ghostOf('abcdefghij', 'k', 10)).toEqual([]);
    expect(layout(bufferOf('one'), 5, {ghost: ' two three'}).rows).toHaveLength(1);
  });

  it('shows its line ends and counts neither as text nor for the cursor', () => {
    expect(ghostOf('one', '\n two', 40)).toEqual([' ⏎ two']);
    const {rows, cursor} = layout(bufferOf('one'), 40, {ghost: ' two'});
    expect(rows[0]?.text).toBe('one');
    expect(cursor).toEqual({row: 0, column: 3});
  });
});

describe('a layout that is made over and over', () => {
  it('is the same as one made anew, whatever changes in a long line', () => {
    const random = randoms(23);
    const pieces = [
      '世',
      '界',
      'wort ',
      'ä',
      family,
      '🇩🇪',
      '\t',
      ' ',
      'e\u0301',
      'x'.repeat(30),
      '\u0301',
      '\n',
    ];
    const some = (count: number): string => Array.from({length: count}, () => pick(random, pieces)).join('');
    for (let round = 0; round < 25; round += 1) {
      const layOut = createLayouter();
      const width = 2 + random(40);
      let text = some(600).replaceAll('\n', round % 2 === 0 ? ' ' : '\n');
      for (let step = 0; step < 12; step += 1) {
        const at = random(text.length);
        text = text.slice(0, at) + some(random(3)) + text.slice(at + random(4));
        const buffer = bufferOf(text.toWellFormed());
        expect(layOut(buffer, width)).toEqual(layout(buffer, width));
      }
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
    const buffer = {text: marked.replace('|', ''), cursor};
    const moved = moveVertically(buffer, layout(buffer, width), direction);
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
        const moved = moveVertically(buffer, {rows, cursor}, direction);
        if (rows[cursor.row + direction] === undefined) expect(moved).toBeNull();
        else expect(moved && layout(moved, width).cursor.row).toBe(cursor.row + direction);
      }
    }
  });
});
