import {describe, expect, it} from 'vitest';
import {extractCode} from '../../src/cli/extractCode.ts';

const fence = '```';

describe('extracting code', () => {
  const two = `Here:\n\n${fence}js\nlet a = 1;\n\nlet b;\n${fence}\n\nor\n\n${fence}\nsecond\n${fence}\n`;

  it('takes the first or the last fenced block, without its fence', () => {
    expect(extractCode(two, 'first')).toBe('let a = 1;\n\nlet b;');
    expect(extractCode(two, 'last')).toBe('second');
  });

  it.each([
    [`~~~py\nx\n~~~`, 'x'],
    [`${fence}\nnever closed`, 'never closed'],
    [`- item\n\n  ${fence}sh\n  ls\n  ${fence}\n`, 'ls'],
    [`> ${fence}\n> quoted\n> ${fence}\n`, 'quoted'],
    [
      `${fence}${fence[0]}md\n${fence}js\ninner\n${fence}\n${fence}${fence[0]}`,
      `${fence}js\ninner\n${fence}`,
    ],
    [`${fence}\n${fence}`, ''],
  ])('finds it in %j', (markdown, code) => {
    expect(extractCode(markdown, 'first')).toBe(code);
  });

  it.each(['', 'plain text', 'with `inline` code', '    indented code'])('finds none in %j', markdown => {
    expect(extractCode(markdown, 'first')).toBeUndefined();
    expect(extractCode(markdown, 'last')).toBeUndefined();
  });
});
