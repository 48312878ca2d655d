import {describe, expect, it} from 'vitest';
import {stripStyles} from '../../../src/markdown/sgr.ts';
import {toPattern} from '../../../src/ui/viewer/findText.ts';
import {fitLines} from '../../../src/ui/viewer/fitLines.ts';
import {markMatches, matchedLines} from '../../../src/ui/viewer/markMatches.ts';
import {breakLine, cutLine, lineWidth, markLine} from '../../../src/ui/viewer/styledLine.ts';

const bold = (text: string): string => `\u001b[1m${text}\u001b[22m`;
const red = (text: string): string => `\u001b[31m${text}\u001b[39m`;
const brackets = (text: string): string => `[${text}]`;

describe('a styled line', () => {
  it('is broken so that each row closes its styles and no character is lost', () => {
    const line = `${bold('ab漢字cd')}${red('👩‍👩‍👧 tail')}`;
    for (let width = 2; width < 15; width++) {
      const rows = breakLine(line, width);
      expect(rows.map(stripStyles).join('')).toBe('ab漢字cd👩‍👩‍👧 tail');
      for (const row of rows) {
        expect(lineWidth(row)).toBeLessThanOrEqual(width);
        expect(row.match(/\u001b\[(1|31)m/g)?.length ?? 0).toBe(row.match(/\u001b\[(22|39)m/g)?.length ?? 0);
      }
    }
  });

  it('is cut to columns; half a wide character is a blank', () => {
    expect(cutLine(`ab${red('cdef')}`, 1, 4)).toBe(`b${red('cd')}`);
    expect(cutLine('a漢字b', 2, 5)).toBe(' 字');
    expect(cutLine('a漢字b', 0, 2)).toBe('a ');
    expect(cutLine('short', 10, 20)).toBe('');
  });

  it('is marked across its styles', () => {
    expect(markLine(`one ${bold('two')} three`, [{start: 2, end: 6, paint: brackets}])).toBe(
      `on[e ][tw]${bold('o')} three`,
    );
  });
});

describe('lines in a page', () => {
  const fit = {width: 10, wraps: true, offset: 0, dim: (text: string) => text, widthOf: lineWidth};

  it('stay as they are when they fit', () => {
    expect(fitLines(['a', '0123456789'], fit)).toEqual([
      {text: 'a', line: 0},
      {text: '0123456789', line: 1},
    ]);
  });

  it('are wrapped with a mark', () => {
    expect(fitLines(['0123456789abc', 'x'], fit).map(({text, line}) => `${line} ${text}`)).toEqual([
      '0 01234567',
      '0 ↳ 89abc',
      '1 x',
    ]);
  });

  it('or cut, all at the same column', () => {
    const cut = (offset: number): string[] =>
      fitLines(['0123456789abcdef', 'abcdefgh'], {...fit, wraps: false, offset}).map(({text}) => text);
    expect(cut(0)).toEqual(['012345678›', 'abcdefgh']);
    expect(cut(4)).toEqual(['‹56789abc›', '‹fgh']);
    expect(cut(6)).toEqual(['‹789abcdef', '‹h']);
  });
});

describe('matches in drawn lines', () => {
  const pattern = toPattern('two three') as RegExp;

  it('are found over the end of a line, and painted in both', () => {
    const lines = ['one two', '  three', 'two three'];
    expect(matchedLines(lines, pattern)).toEqual([0, 2]);
    const paints = {match: brackets, current: (text: string) => `<${text}>`};
    expect(markMatches(lines, pattern, 1, paints)).toEqual(['one [two]', '[  three]', '<two three>']);
  });

  it('mind capitals only when the query has some', () => {
    expect(matchedLines(['Ärger', 'ärger'], toPattern('ä') as RegExp)).toEqual([0, 1]);
    expect(matchedLines(['Ärger', 'ärger'], toPattern('Ä') as RegExp)).toEqual([0]);
  });

  it('take the query as it is written', () => {
    expect(matchedLines(['f(x) + [1]', 'fx'], toPattern('f(x) + [1]') as RegExp)).toEqual([0]);
    expect(toPattern('  ')).toBeUndefined();
  });
});
