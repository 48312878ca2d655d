import {lexer, walkTokens} from 'marked';
import {describe, expect, it} from 'vitest';
import {createCodeBlocks} from '../../src/commands/createCodeBlocks.ts';
import {neutralise} from '../../src/core/neutralise.ts';
import {codeLines} from '../../src/markdown/fence.ts';
import {createMarkdownStream} from '../../src/markdown/markdownStream.ts';
import {renderer} from './drawing.ts';
import {createRandom, randomChunks, randomMarkdown} from './randomMarkdown.ts';

const draw = renderer();

function prepared(codeBlocks = createCodeBlocks()) {
  const stream = createMarkdownStream((piece, number) => draw(piece, 60, number), codeBlocks);
  const codes = (): (string | undefined)[] =>
    Array.from({length: codeBlocks.count()}, (_, index) => codeBlocks.get(index + 1));
  return {stream, codeBlocks, codes};
}

/** Pushes a text a few characters at a time, looks at what is open each time, and returns all that was finished. */
function pushAll(stream: ReturnType<typeof prepared>['stream'], text: string, size = 4): string {
  let finished = '';
  for (let from = 0; from < text.length; from += size) {
    finished += stream.push(text.slice(from, from + size));
    stream.open();
  }
  return finished;
}

const headers = (text: string): string[] => text.match(/^── .* · \d+$/gm) ?? [];

describe('fenced blocks', () => {
  it('are numbered in the order in which they are shown and kept exactly, nested ones too', () => {
    const {stream, codes} = prepared();
    const text = [
      '```py\n\n  a = 1\n\n\n```',
      '1. step\n\n   ~~~~\n   b\n     c\n   ~~~~\n\n   - deeper\n     ```sh\n     d\n     ```',
      '> ```\n> e\n>\n> f\n> ```',
      '    indented',
      '```\n```',
      '```\ng',
    ].join('\n\n');
    const finished = pushAll(stream, text) + stream.end();
    expect(headers(finished)).toEqual([
      '── py · 1',
      '── code · 2',
      '── sh · 3',
      '── code · 4',
      '── code · 5',
    ]);
    expect(codes()).toEqual(['\n  a = 1\n\n', 'b\n  c', 'd', 'e\n\nf', 'g']);
  });

  it('that come in parts are kept whole', () => {
    const {stream, codes} = prepared();
    const lines = Array.from({length: 200}, (_, index) => (index % 7 === 0 ? '' : `\tline ${index}  `));
    const finished = pushAll(stream, `  \`\`\`js\n${lines.join('\n')}\n  \`\`\`\n\n\`\`\`\nx\n\`\`\`\n`);
    expect(headers(finished + stream.end())).toEqual(['── js · 1', '── code · 2']);
    expect(codes()[0]?.split('\n').length).toBe(200);
    expect(codes()[0]?.replace(/^\s+/gm, '')).toBe(lines.join('\n').replace(/^\s+/gm, ''));
    expect(codes()[1]).toBe('x');
  });

  it('have their numbers from their beginning, and looking at them takes none', () => {
    const {stream, codeBlocks} = prepared();
    stream.push('- ```js\n  a\n  ```\n  ```py\n  b');
    for (let times = 0; times < 3; times++)
      expect(headers(stream.open())).toEqual(['── js · 1', '── py · 2']);
    expect(codeBlocks.count()).toBe(0);
    expect(headers(stream.push('\n  ```\n\n') + stream.end())).toEqual(['── js · 1', '── py · 2']);
  });

  it('have their numbers also where the beginning of what is open is too long to be shown', () => {
    const {stream} = prepared();
    const item = (index: number): string =>
      `- item\n\n  \`\`\`js\n${`  let a${index};\n`.repeat(40)}  \`\`\`\n`;
    const quote = Array.from({length: 30}, (_, index) => item(index))
      .join('\n')
      .replace(/^/gm, '> ');
    stream.push(quote);
    const open = headers(stream.open());
    expect(open.length).toBeGreaterThan(3);
    expect(open.at(-1)).toBe('── js · 30');
    expect(headers(stream.end()).slice(-open.length)).toEqual(open);
  });

  it('have no numbers where nobody counts', () => {
    const stream = createMarkdownStream((piece, number) => draw(piece, 60, number));
    expect(stream.push('```js\na\n```\n\n```\nb\n```\n') + stream.end()).toBe('── js\na\n\nb\n');
  });

  it('are the same however a random document is cut, and looked at', () => {
    let seen = 0;
    for (let seed = 1; seed <= 400; seed++) {
      const random = createRandom(seed * 31_337);
      const document = randomMarkdown(random);
      const whole = prepared();
      const once = whole.stream.push(document) + whole.stream.end();
      const {stream, codes} = prepared();
      let finished = '';
      for (const chunk of randomChunks(document, random)) {
        finished += stream.push(chunk);
        if (random.chance(0.1)) stream.open();
      }
      finished += stream.end();
      expect(headers(finished), document).toEqual(headers(once));
      expect(codes(), document).toEqual(whole.codes());
      const expected: string[] = [];
      walkTokens(lexer(neutralise(document)), token => {
        if (token.type !== 'code' || token.codeBlockStyle === 'indented') return;
        const lines = codeLines(token as Parameters<typeof codeLines>[0]);
        if (lines.length > 0 || token.lang) expected.push(lines.join('\n'));
      });
      expect(codes(), document).toEqual(expected);
      seen += expected.length;
    }
    expect(seen).toBeGreaterThan(200);
  });
});

describe('raw text', () => {
  it('is what was written', () => {
    for (let seed = 1; seed <= 100; seed++) {
      const random = createRandom(seed * 977);
      const document = randomMarkdown(random);
      const {stream} = prepared();
      stream.setRaw(true);
      let text = '';
      for (const chunk of randomChunks(document, random)) text += stream.push(chunk);
      text += stream.end();
      const trim = (value: string): string => value.replace(/^(?:[ \t]*\n)+|\s+$/g, '');
      expect(trim(text)).toBe(trim(neutralise(document)));
      expect(text === '' || text.endsWith('\n')).toBe(true);
    }
  });

  it('follows rendered text, and is followed by it, with nothing lost or said twice', () => {
    const {stream, codes} = prepared();
    const blocks = ['# a', '**b**', '- c\n- d', '```js\ne\n```', '*f*', '> g', '`h`'];
    const [first, second, third] = [blocks.slice(0, 3), blocks.slice(3, 4), blocks.slice(4)].map(
      part => `${part.join('\n\n')}\n\n`,
    );
    let text = stream.push(first ?? '');
    expect(stream.open()).toContain('• c');
    stream.setRaw(true);
    expect(stream.open()).toContain('- c\n- d');
    text += stream.push(second ?? '');
    stream.setRaw(false);
    text += stream.push(third ?? '') + stream.end();
    expect(text).toBe('# a\n\nb\n\n- c\n- d\n\n```js\ne\n```\n\nf\n\n│ g\n\nh\n');
    expect(codes()).toEqual(['e']);
  });

  it('begins after a fence that is being returned in parts, and ends after one', () => {
    const {stream, codes} = prepared();
    const lines = Array.from({length: 60}, (_, index) => `line ${index}`).join('\n');
    let text = stream.push(`\`\`\`js\n${lines}\n`);
    stream.setRaw(true);
    text += stream.push(`last\n\`\`\`\n\n**b**\n\n~~~\n${lines}\n`);
    stream.setRaw(false);
    text += stream.push('last\n~~~\n\n**c**') + stream.end();
    expect(text).toBe(`── js · 1\n${lines}\nlast\n\n**b**\n\n~~~\n${lines}\nlast\n~~~\n\nc\n`);
    expect(codes()).toEqual([`${lines}\nlast`, `${lines}\nlast`]);
  });
});

describe('a text that goes on where another ended', () => {
  it.each([
    ['in the middle of a line of code', 'intro\n\n```py\na = 1\nret', 'urn a\n```\n\nend', 'a = 1\nreturn a'],
    ['between lines of code', '```py\na = 1\n', 'return a\n```\n\nend', 'a = 1\nreturn a'],
    ['in a list', '- x\n\n  ```py\n  a = 1\n', '  return a\n  ```\n\nend', 'a = 1\nreturn a'],
  ])('goes on with code %s', (_, earlier, text, code) => {
    const {stream, codes} = prepared();
    stream.goOnFrom(earlier);
    const shown = pushAll(stream, text) + stream.end();
    expect(shown).toMatch(/^── py · 1\n(?:urn a|return a)\n\nend\n$/);
    expect(codes()).toEqual([code]);
  });

  it('is a text of its own after closed code or prose', () => {
    for (const earlier of ['```py\na\n```\n\nprose that', '', 'a ``` b']) {
      const {stream, codes} = prepared();
      stream.goOnFrom(earlier);
      expect(stream.push('goes **on**.\n') + stream.end()).toBe('goes on.\n');
      expect(codes()).toEqual([]);
    }
  });
});
