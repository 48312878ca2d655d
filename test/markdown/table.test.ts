import stringWidth from 'string-width';
import {describe, expect, test} from 'vitest';
import {createBlocks} from '../../src/markdown/blocks.ts';
import {render, renderer} from './drawing.ts';

describe('tables', () => {
  const wide = `| Name | What it is for |\n|:--|--:|\n| one | ${'many words '.repeat(12)}|\n| 二 👩‍👩‍👧 | **b** |\n`;

  test.each([20, 40, 80, 200])('fit into %i columns', width => {
    for (const line of render(wide, width).split('\n'))
      expect(stringWidth(line), line).toBeLessThanOrEqual(width);
  });

  test('are as wide as they need and no wider', () => {
    expect(render('| a | b |\n|---|--:|\n| 1 | 22 |\n| **x** | |\n')).toBe('a │  b\n──┼───\n1 │ 22\nx │ \n');
  });

  test('leave room for emoji that a terminal may not join', () => {
    const rows = ['| hand 👍🏽 | x |', '| a | b |'];
    const widths = (first: string): number[] =>
      render(`| ${'name '.repeat(9)} | v |\n|---|---|\n${first}\n| a | ${'long '.repeat(20)} |\n`, 60)
        .split('\n')
        .map(line => stringWidth(line));
    expect(Math.max(...widths(rows[1] ?? ''))).toBeGreaterThan(57);
    expect(Math.max(...widths(rows[0] ?? ''))).toBeLessThanOrEqual(58);
  });

  test('align wide characters', () => {
    expect(render('| 名前 | n |\n|---|---|\n| a | 1 |\n| 世界 | 2 |\n')).toBe(
      '名前 │ n\n─────┼──\na    │ 1\n世界 │ 2\n',
    );
  });

  test('become lines of key and value when the columns get too narrow to read', () => {
    const columns = ['alpha', 'beta', 'gamma', 'delta'];
    const markdown = `| ${columns.join(' | ')} |\n|---|---|---|---|\n| ${'some words '.repeat(3)} | second value | third value | fourth |\n| x | | z | w |\n`;
    expect(render(markdown, 24)).toBe(
      'alpha: some words some\nwords some words\nbeta: second value\ngamma: third value\ndelta: fourth\n────────\nalpha: x\ngamma: z\ndelta: w\n',
    );
  });

  test('break lines at <br>', () => {
    expect(render('| a | b |\n|---|---|\n| x<br>y | z |\n')).toBe('a │ b\n──┼──\nx │ z\ny │ \n');
  });

  test('of many rows keep the columns that their first rows gave', () => {
    const rows = Array.from(
      {length: 80},
      (_, index) => `| ${index} | value ${index} ${index > 60 ? 'which is longer' : ''} |`,
    );
    const source = `| n | v |\n|---|---|\n${rows.join('\n')}\n`;
    const draw = renderer();
    const blocks = createBlocks();
    const pieces = (source.match(/.{1,9}/gs) ?? []).flatMap(chunk => blocks.push(chunk));
    expect(pieces.filter(piece => piece.kind === 'table-rows').length).toBeGreaterThan(3);
    const parts = [...pieces, ...blocks.end()].map(piece => draw(piece, 60)).join('');
    expect(parts).toBe(render(source, 60));
    expect(parts.split('\n').filter(line => line.startsWith('──'))).toHaveLength(1);
  });
});
