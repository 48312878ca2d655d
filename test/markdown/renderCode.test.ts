import {describe, expect, test, vi} from 'vitest';
import {createBlocks} from '../../src/markdown/blocks.ts';
import {expectClosedLines, render, renderer, strip} from './drawing.ts';

describe('code', () => {
  test('has a line with its language, and its own lines untouched', () => {
    expect(render('```python title=x\ndef f(x):\n\treturn  x   \n```\n', 5)).toBe(
      '── python\ndef f(x):\n\treturn  x   \n',
    );
  });

  test('without a language has no header and no guessing', () => {
    expect(render('```\nconst a = 1;\n```\n', 80, {colorLevel: 3})).toBe('const a = 1;\n');
  });

  test('is not wrapped, padded or indented inside lists and quotes', () => {
    const line = `x = "${'long '.repeat(40)}"`;
    const text = render(
      `1. step\n\n   \`\`\`\n   ${line}\n     two\n   \`\`\`\n\n> \`\`\`\n> ${line}\n>\n> y\n> \`\`\`\n`,
      20,
    );
    expect(text).toBe(`1. step\n\n${line}\n  two\n\n${line}\n\ny\n──\n`);
  });

  test('has a line at its end only where a blank line could be taken for it', () => {
    expect(render('```js\na\n```\n')).toBe('── js\na\n');
    expect(render('```js\na\n\nb\n```\n\nc\n')).toBe('── js\na\n\nb\n──\n\nc\n');
    expect(render('    a\n\n    b\n')).toBe('a\n\nb\n');
  });

  test('of an unknown language is plain and nothing is said on the console', () => {
    const spies = (['log', 'error', 'warn'] as const).map(name =>
      vi.spyOn(console, name).mockImplementation(() => {}),
    );
    expect(render('```mermaid\ngraph TD;\n```\n```constructor\nx\n```\n', 80, {colorLevel: 3})).toContain(
      'graph TD;\n',
    );
    for (const spy of spies) {
      expect(spy).not.toHaveBeenCalled();
      spy.mockRestore();
    }
  });

  test('is coloured in the colours of the theme, line by line', () => {
    const text = render('```ts\nconst a = `x\ny`; // z\n```\n', 80, {colorLevel: 3, themeName: 'dracula'});
    expect(text).toContain('\u001b[38;2;255;121;198mconst\u001b[39m');
    expect(text).toContain('\u001b[38;2;241;250;140my`\u001b[39m');
    expectClosedLines(text);
  });

  test.each([
    'ts',
    'python',
    'bash',
    'html',
    'json',
    'diff',
    'rust',
    'sql',
    'css',
    'yaml',
    'markdown',
    'cpp',
    'go',
    'php',
  ])('%s without its colours is what was written', lang => {
    const code = [
      '<div class="a">&amp; &lt; &#27; <!-- c --></div>',
      'function f(a, b) { return `<b> {"x" + \'y\'}`; } // c',
      '# comment é 世界 👩‍👩‍👧',
      '+ added\n- removed\n@@ -1 +1 @@',
      'SELECT * FROM t WHERE a = "b"; /* open',
      '\t  {"key": [1, 2.5, true, null]}  ',
      '',
      'a && b || !c <<< "$d" `e`',
    ].join('\n');
    const text = render(`~~~${lang}\n${code}\n~~~\n`, 30, {colorLevel: 3});
    expect(strip(text)).toBe(`── ${lang}\n${code}\n──\n`);
    expectClosedLines(text);
  });

  test('of a long fence comes out the same in parts, and what began above a part is known in it', () => {
    const lines = Array.from({length: 200}, (_, index) => (index === 0 ? '/* a comment' : `still ${index}`));
    const source = `\`\`\`js\n${lines.join('\n')}\n*/ const x = 1;\n\`\`\`\n`;
    const draw = renderer({themeName: 'nord', colorLevel: 3});
    const blocks = createBlocks();
    const pieces = [...source].flatMap(character => blocks.push(character));
    const text = [...pieces, ...blocks.end()].map(piece => draw(piece, 80)).join('');
    expect(pieces.filter(piece => piece.kind === 'code-lines').length).toBeGreaterThan(5);
    expect(strip(text)).toBe(`── js\n${lines.join('\n')}\n*/ const x = 1;\n`);
    expectClosedLines(text);
  });
});
