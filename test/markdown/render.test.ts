import stringWidth from 'string-width';
import {describe, expect, test} from 'vitest';
import {expectClosedLines, render, strip} from './drawing.ts';

describe('lists', () => {
  test('a tight list has its inline markup drawn', () => {
    expect(render('- a **bold** `code`\n- *b*\n')).toBe('• a bold code\n• b\n');
  });

  test('a task has one box', () => {
    expect(render('- [ ] todo **now**\n- [x] done\n\n1. [x] first\n')).toBe(
      '[ ] todo now\n[x] done\n\n1. [x] first\n',
    );
    expect(render('- [x] loose\n\n- [ ] items\n')).toBe('[x] loose\n\n[ ] items\n');
  });

  test('an ordered list keeps its numbers and its delimiter', () => {
    expect(render('9. nine\n10. ten\n11. eleven\n')).toBe('9. nine\n10. ten\n11. eleven\n');
    expect(render('5) five\n6) six\n')).toBe('5) five\n6) six\n');
    expect(render('0. zero\n')).toBe('0. zero\n');
  });

  test('nested lists are indented under the text of their item', () => {
    expect(render('10. ten\n    - a\n      1. b\n')).toBe('10. ten\n    • a\n      1. b\n');
  });

  test('blank lines between items are those of the source', () => {
    expect(render('- a\n- b\n\n- c\n')).toBe('• a\n• b\n\n• c\n');
  });

  test('long items wrap under their text', () => {
    expect(render('- one two three four\n', 12)).toBe('• one two\n  three four\n');
  });

  test('an item without text keeps its mark', () => {
    expect(render('-\n- b\n')).toBe('•\n• b\n');
  });
});

describe('what stands inside a line', () => {
  test('entities are decoded, but not in code', () => {
    expect(render('&copy; &lt;b&gt; &#35; &alpha;&Omega; &hearts; &nope; `&lt;`\n')).toBe(
      '© <b> # αΩ ♥ &nope; &lt;\n',
    );
  });

  test('TeX is left as it is', () => {
    expect(render('so \\(a_1 * b_2 * c\\) and $$x_i^2 \\\\ y_j$$ *em*, 2*3 \\(a*b\\) end\n')).toBe(
      'so \\(a_1 * b_2 * c\\) and $$x_i^2 \\\\ y_j$$ em, 2*3 \\(a*b\\) end\n',
    );
    const block = '\\[\n\\begin{aligned}\na &= b \\\\\n- c\n=\n# d\n\\end{aligned}\n\\]';
    expect(render(`before\n${block}\nafter\n`)).toBe(`before\n\n${block}\n\nafter\n`);
    expect(render('$$\na_1 + b_1\n$$\n')).toBe('$$\na_1 + b_1\n$$\n');
  });

  test('links show their address once, or are clickable', () => {
    expect(render('[text](https://a.b/c_d) <https://a.b> www.a.b a@b.org\n')).toBe(
      'text (https://a.b/c_d) https://a.b www.a.b a@b.org\n',
    );
    expect(render('[te**x**t](https://a.b/ü)\n', 80, {hyperlinks: true})).toBe(
      '\u001b]8;;https://a.b/%C3%BC\u001b\\text\u001b]8;;\u001b\\\n',
    );
    expect(render('[text](file:///etc/passwd)\n', 80, {hyperlinks: true})).toBe(
      'text (file:///etc/passwd)\n',
    );
  });

  test('a link over several lines is closed at the end of each', () => {
    const text = render(`[${'word '.repeat(20)}](https://a.b)\n`, 20, {hyperlinks: true, colorLevel: 1});
    expect(text.split('\n').length).toBeGreaterThan(4);
    expectClosedLines(text);
  });

  test('an image is its description and address', () => {
    expect(render('![a *cat*](http://x/y.png)\n')).toBe('[image: a cat] http://x/y.png\n');
  });

  test('emoji names and colons stay', () => {
    expect(render('a :smile: `x:y` 12:30\n')).toBe('a :smile: x:y 12:30\n');
  });

  test('line breaks of the source stay', () => {
    expect(render('Rose,  \noh\nreiner\\\nWiderspruch\n')).toBe('Rose,\noh\nreiner\nWiderspruch\n');
  });
});

describe('blocks', () => {
  test('stand one blank line apart, whatever the source has', () => {
    expect(render('# A\ntext\n\n\n\n***\n> q\n\n<div>x</div>\ny\n\n[a]: /u\n\nend\n', 12)).toBe(
      '# A\n\ntext\n\n────────────\n\n│ q\n\n<div>x</div>\ny\n\nend\n',
    );
  });

  test('a rule is never so wide that a narrower terminal would wrap it', () => {
    for (const width of [20, 40, 80, 200])
      expect(render('---\n', width)).toBe(`${'─'.repeat(Math.min(width, 40))}\n`);
  });

  test('block HTML and the text after it are on lines of their own', () => {
    expect(render('<div>hi</div>\n\ntext\n')).toBe('<div>hi</div>\n\ntext\n');
  });

  test('headings are told apart, with styles and without', () => {
    expect(render('# a\n\n### b\n')).toBe('# a\n\n### b\n');
    expect(render('# a\n', 80, {colorLevel: 1})).toMatch(
      /^\u001b\[9?3?\dm\u001b\[4m\u001b\[1ma\u001b\[39m\u001b\[24m\u001b\[22m\n$/,
    );
  });

  test.each([20, 40, 80, 200])('prose fits into %i columns', width => {
    const prose = `${'Worte and 世界，你好。（括号） 👩‍👩‍👧 e\u0301e\u0301 '.repeat(12)}${'x'.repeat(300)} [a](${'y'.repeat(90)}.org)`;
    const text = render(`${prose}\n\n> - ${prose}\n>   1. ${prose}\n`, width, {colorLevel: 3});
    for (const line of strip(text).split('\n')) expect(stringWidth(line), line).toBeLessThanOrEqual(width);
    expect(strip(text).replace(/[\s│•]|1\. /g, '')).toContain('x'.repeat(300));
    expectClosedLines(text);
  });

  test('an address is never broken, whatever is around it', () => {
    const url = `https://a.b/${'c/'.repeat(40)}?d=e`;
    const text = render(`see ${url} and [x](${url}).\n\n> - ${url} y\n`, 40);
    expect(text.split(url)).toHaveLength(4);
    expect(text).toMatch(/^see\nhttps.*\nand x\n\(https.*\)\.\n\n│ • https.*\n│ {3}y\n$/);
  });

  test('East Asian punctuation does not start a line', () => {
    for (let width = 8; width < 40; width++) {
      const lines = render(`${'这是一个很长的句子，需要换行。'.repeat(4)}\n`, width).split('\n');
      for (const line of lines) expect(line).not.toMatch(/^[，。]/);
    }
  });

  test('characters that belong together are not cut', () => {
    expect(render(`${'👩‍👩‍👧'.repeat(10)}\n`, 9)).toBe(
      `${'👩‍👩‍👧'.repeat(4)}\n${'👩‍👩‍👧'.repeat(4)}\n${'👩‍👩‍👧'.repeat(2)}\n`,
    );
  });
});

describe('colours', () => {
  const sample =
    '# h\n\n**b** *i* ~~s~~ `c` [l](http://x)\n\n> q **b** `c`\n\n```js\nlet a = "b";\n```\n\n| a |\n|---|\n| b |\n';

  test('level 0 writes no escape sequence', () => {
    expect(render(sample)).not.toContain('\u001b');
  });

  test('level 1 writes the 16 colours only, 2 no true colour, 3 the theme as it is', () => {
    const [one, two, three] = ([1, 2, 3] as const).map(colorLevel =>
      render(sample, 40, {colorLevel, themeName: 'gruvbox'}),
    );
    expect(one).not.toMatch(/[34]8;[25];/);
    expect(two).toContain('[38;5;');
    expect(two).not.toMatch(/[34]8;2;/);
    expect(three).toContain('[38;2;');
    for (const text of [one, two, three]) expectClosedLines(text ?? '');
    expect(strip(three ?? '')).toBe(strip(one ?? ''));
  });

  test('a style around another goes on after it', () => {
    expect(render('**a *b* `c` d**\n', 80, {colorLevel: 1})).toMatch(
      /^\u001b\[1ma \u001b\[3mb\u001b\[23m \u001b\[\d+mc\u001b\[39m d\u001b\[22m\n$/,
    );
  });
});
