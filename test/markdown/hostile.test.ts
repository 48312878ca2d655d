import {describe, expect, test} from 'vitest';
import {createBlocks} from '../../src/markdown/blocks.ts';
import {expectClosedLines, render, renderer, strip} from './drawing.ts';

describe('hostile text', () => {
  const hostile = [
    '\u001b[31mred\u001b]0;title\u0007',
    '\u009b31m\u009d0;x\u009c\u0090q\u001b\\',
    '&#27;[31m &#x1b;]0;x&#7; &#155;31m &#x202e;abc &#0; &#10;x',
    '[a](http://x/&#27;]8;;y "t&#27;") <http://x/\u001b[2J> ![&#27;[2J](x&#27;)',
    '`\u001b[2J` ~~~&#27;',
    '```\u001b]0;x\u0007\n\u001b[3J\n```',
    '```js &#27;[31m\nlet a = "\u001b[31m";\n```',
    '| \u001b[2J | &#27; |\n|---|---|\n| \u009b2J | \u202e |',
    '# \u001b\\&#27;\n\n> \u001bc\n\n- \u001b7\n\n<b \u001b>\u001b[H</b>\n\n<div>\n\u001b[2J',
    '\u0000verbatim\n\n- \u0000x\n\n\\[\u001b[2J\\]',
  ].join('\n\n');

  test('reaches the terminal without a control character, cut anywhere', () => {
    const draw = renderer();
    for (let size = 1; size < 12; size++) {
      const blocks = createBlocks();
      let text = '';
      for (let from = 0; from < hostile.length; from += size) {
        for (const piece of blocks.push(hostile.slice(from, from + size))) text += draw(piece, 40);
        for (const piece of blocks.open()) text += draw(piece, 40);
      }
      for (const piece of blocks.end()) text += draw(piece, 40);
      expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    }
  });

  test('cannot write sequences of its own between ours', () => {
    const text = render(hostile, 40, {colorLevel: 3, hyperlinks: true});
    expect(strip(text)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    expect(text).not.toMatch(/\u001b\[(?:2J|3J|H|31m)/);
    expectClosedLines(text);
  });

  test.each([
    ['quotes', '>'.repeat(5000)],
    ['list items', '- '.repeat(2000)],
    ['nested lists', Array.from({length: 400}, (_, index) => `${' '.repeat(index * 2)}- x`).join('\n')],
    ['brackets', '['.repeat(5000)],
    ['stars', '*a '.repeat(3000)],
    ['dollars', '$$a'.repeat(3001)],
    ['TeX', '\\('.repeat(2000)],
    ['columns', `${'|'.repeat(500)}\n${'|-'.repeat(500)}|\n`],
  ])('thousands of %s neither throw nor get lost', (_, text) => {
    expect(render(text, 40).length).toBeGreaterThan(10);
  });
});
