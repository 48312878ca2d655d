import {describe, expect, test} from 'vitest';
import {createBlocks} from '../../src/markdown/blocks.ts';
import type {Piece} from '../../src/markdown/piece.ts';

/** Pushes a text a few characters at a time. */
function stream(blocks: ReturnType<typeof createBlocks>, text: string, size = 4): Piece[] {
  const pieces: Piece[] = [];
  for (let from = 0; from < text.length; from += size)
    pieces.push(...blocks.push(text.slice(from, from + size)));
  return pieces;
}

function kinds(pieces: readonly Piece[]): string[] {
  return pieces.map(piece => (piece.kind === 'block' ? piece.token.type : piece.kind));
}

/** The link addresses in the tokens of pieces, in order. */
function links(pieces: readonly Piece[]): string[] {
  return [...JSON.stringify(pieces).matchAll(/"href":"([^"]*)"/g)].map(match => match[1] ?? '');
}

function numbered(count: number, line: (index: number) => string): string {
  return Array.from({length: count}, (_, index) => `${line(index)}\n`).join('');
}

describe('what is held', () => {
  test('a block is handed out as soon as nothing can change it any more', () => {
    const blocks = createBlocks();
    expect(kinds(blocks.push('# one\n'))).toEqual(['heading']);
    expect(kinds(blocks.push('two\n'))).toEqual([]);
    expect(kinds(blocks.push('\n'))).toEqual(['paragraph']);
    expect(kinds(blocks.push('> three\n'))).toEqual([]);
    expect(kinds(blocks.push('\n```\n'))).toEqual(['blockquote']);
    expect(kinds(blocks.push('code\n'))).toEqual([]);
    expect(kinds(blocks.push('```\n'))).toEqual(['code']);
    expect(kinds(blocks.push('- item\n\n'))).toEqual([]);
    expect(kinds(blocks.push('end of list\n'))).toEqual(['list']);
    expect(kinds(blocks.end())).toEqual(['paragraph']);
  });

  test('what may be the name of a link waits for its definition, over two blocks', () => {
    const blocks = createBlocks();
    expect(kinds(blocks.push('see [a]\n\ntwo\n\n'))).toEqual([]);
    expect(kinds(blocks.push('three\n\n'))).toEqual(['paragraph', 'paragraph', 'paragraph']);
    expect(kinds(blocks.push('[a link](/u), `[code]` and an \\[escape\n\n'))).toEqual(['paragraph']);
    expect(kinds(blocks.push('- [ ] task\n\nend\n'))).toEqual(['list']);
  });

  test('a paragraph waits while what follows it may turn out to be no TeX', () => {
    const blocks = createBlocks();
    expect(kinds(blocks.push('text\n\\[\nx\n'))).toEqual([]);
    expect(kinds(blocks.push('\n'))).toEqual(['paragraph']);
  });

  test('a line is read only when it is whole', () => {
    const blocks = createBlocks();
    blocks.push('a\n\nc\n');
    expect(blocks.push('=')).toEqual([]);
    expect(kinds(blocks.push('==\n'))).toEqual(['heading']);
  });

  test('every block after the first has a gap before it, and what cannot be seen has none', () => {
    const blocks = createBlocks();
    const pieces = [...blocks.push('[a]: /u\n\n\n#\n\nx\n\n[b]: /v\n\ny\n\n```\n```\n'), ...blocks.end()];
    expect(pieces.map(piece => [kinds([piece])[0], piece.gap])).toEqual([
      ['paragraph', false],
      ['paragraph', true],
    ]);
  });

  test('an empty text has no pieces', () => {
    expect(createBlocks().end()).toEqual([]);
    const blocks = createBlocks();
    expect([...blocks.push('\n\n \n'), ...blocks.open(), ...blocks.end()]).toEqual([]);
  });
});

describe('link definitions', () => {
  test('are carried to all that follows', () => {
    const blocks = createBlocks();
    const text = `[a]: /u\n\n${numbered(20, index => `para ${index}\n`)}see [x][a]\n`;
    expect(links([...stream(blocks, text), ...blocks.end()])).toEqual(['/u']);
  });

  test('reach back over one block', () => {
    const blocks = createBlocks();
    const text = 'see [x][a]\n\nbetween\n\n[a]: /u\n\nend\n\nend\n';
    expect(links([...stream(blocks, text), ...blocks.end()])).toEqual(['/u']);
  });

  test('that come later than two blocks leave what uses them as it is written', () => {
    const blocks = createBlocks();
    const text = 'see [x][a] and [a]\n\none\n\ntwo\n\nthree\n\n[a]: /u\n\nnow [a]\n';
    const pieces = [...stream(blocks, text), ...blocks.end()];
    expect(links(pieces)).toEqual(['/u']);
    const first = pieces[0];
    expect(first?.kind === 'block' && first.token.type === 'paragraph' && first.token.tokens).toMatchObject([
      {type: 'text', raw: 'see [x][a] and [a]'},
    ]);
  });

  test('do not reach back over a list of which parts were handed out', () => {
    const blocks = createBlocks();
    const pieces = stream(
      blocks,
      `see [a]\n\n${numbered(40, index => `- item ${index}`)}\n[a]: /u\n\nnow [a]\n`,
    );
    expect(links([...pieces, ...blocks.end()])).toEqual(['/u']);
  });

  test('in a quote are carried on too', () => {
    const blocks = createBlocks();
    const text = '> [a]: /u\n\nbetween\n\nsee [a]\n';
    expect(links([...stream(blocks, text), ...blocks.end()].slice(-1))).toEqual(['/u']);
  });

  test('after a short list reach back to its items', () => {
    const blocks = createBlocks();
    const text = `${numbered(6, index => `- [item][${index}]`)}\n[5]: /u\n`;
    expect(links([...stream(blocks, text), ...blocks.end()])).toEqual(['/u']);
  });

  test('the first of two wins, however far apart', () => {
    const blocks = createBlocks();
    const text = `[a]: /first\n\n${numbered(9, index => `para ${index}\n`)}[a]: /second\n\n[a]\n`;
    const pieces = [...stream(blocks, text), ...blocks.end()];
    expect(links(pieces)).toEqual(['/first']);
  });

  test('named like properties of objects are no definitions', () => {
    const blocks = createBlocks();
    const pieces = [
      ...blocks.push('[constructor] [__proto__] [toString][hasOwnProperty]\n'),
      ...blocks.end(),
    ];
    expect(links(pieces)).toEqual([]);
  });
});

describe('a block that grows long', () => {
  test('a fence is handed out in groups of lines, which joined are its text', () => {
    const blocks = createBlocks();
    const code = Array.from({length: 100}, (_, index) => (index % 9 === 0 ? '' : `  line ${index}`));
    const pieces = stream(blocks, `intro\n\n~~~~js x\n${code.join('\n')}\n~~~\n~~~~\nafter\n`);
    expect(kinds(pieces).slice(0, 3)).toEqual(['paragraph', 'fence-start', 'code-lines']);
    expect(pieces[1]).toMatchObject({lang: 'js x', gap: true});
    const text = pieces.flatMap(piece => (piece.kind === 'code-lines' ? [piece.text] : [])).join('\n');
    expect(text).toBe([...code, '~~~'].join('\n'));
    expect(kinds(pieces).at(-1)).toBe('fence-end');
    expect(kinds(blocks.end())).toEqual(['paragraph']);
  });

  test('a group of lines knows some of the lines above it', () => {
    const blocks = createBlocks();
    const pieces = stream(blocks, `\`\`\`\n${numbered(100, index => `line ${index}`)}`);
    const groups = pieces.flatMap(piece => (piece.kind === 'code-lines' ? [piece] : []));
    expect(groups.length).toBeGreaterThan(2);
    expect(groups[0]?.before).toBe('');
    expect(groups[1]?.before.endsWith(groups[0]?.text ?? '-')).toBe(true);
    expect((groups.at(-1)?.before ?? '').split('\n').length).toBeLessThanOrEqual(32);
  });

  test('a fence that never closes ends with the text', () => {
    const blocks = createBlocks();
    const pieces = [
      ...stream(blocks, `\`\`\`\n${numbered(60, index => `line ${index}`)}last`),
      ...blocks.end(),
    ];
    expect(kinds(pieces).at(-1)).toBe('fence-end');
    const text = pieces.flatMap(piece => (piece.kind === 'code-lines' ? [piece.text] : [])).join('\n');
    expect(text.split('\n')).toHaveLength(61);
    expect(text.endsWith('\nlast')).toBe(true);
  });

  test('a list is handed out in groups of items that go on counting', () => {
    const blocks = createBlocks();
    const pieces = [
      ...stream(blocks, `${numbered(50, index => `${index + 7}. item`)}\nend\n`),
      ...blocks.end(),
    ];
    const parts = pieces.flatMap(piece => (piece.kind === 'list-items' ? [piece] : []));
    expect(parts.length).toBeGreaterThan(3);
    let number = 7;
    for (const part of parts) {
      expect(part.number).toBe(number);
      number += part.items.length;
    }
    expect(number).toBe(57);
    expect(kinds(pieces).at(-1)).toBe('paragraph');
  });

  test('between the parts of a list are the blank lines of the source', () => {
    const parts = (blank: string) => {
      const blocks = createBlocks();
      return stream(
        blocks,
        numbered(50, index => `- item ${index}${blank}`),
      ).map(piece => piece.gap);
    };
    expect(new Set(parts(''))).toEqual(new Set([false]));
    expect(parts('\n').slice(0, 3)).toEqual([false, true, true]);
  });

  test('a table is handed out in groups of rows with the sample that decides its columns', () => {
    const blocks = createBlocks();
    const pieces = [
      ...stream(blocks, `| a | b |\n|---|---|\n${numbered(90, index => `| ${index} | x |`)}\nend\n`),
      ...blocks.end(),
    ];
    const parts = pieces.flatMap(piece => (piece.kind === 'table-rows' ? [piece] : []));
    expect(parts.length).toBeGreaterThan(3);
    expect(parts.flatMap(part => part.rows.map(row => row[0]?.text))).toEqual(
      Array.from({length: 90}, (_, index) => String(index)),
    );
    for (const part of parts) expect(part.sample).toBe(parts[0]?.sample);
    expect(parts[0]?.sample.rows).toHaveLength(24);
  });
});

describe('what is open', () => {
  test('holds the line that is still coming in, once it says something', () => {
    const blocks = createBlocks();
    blocks.push('para\n');
    expect(JSON.stringify(blocks.open())).toContain('"text":"para"');
    for (const sign of ['--', '===', '```', '#', '>', '**']) {
      const other = createBlocks();
      other.push(`para\n${sign}`);
      expect(other.open(), sign).toEqual(blocks.open());
    }
    blocks.push('- item');
    expect(kinds(blocks.open())).toEqual(['paragraph', 'list']);
  });

  test('is the same object while nothing comes in', () => {
    const blocks = createBlocks();
    blocks.push('a *b');
    expect(blocks.open()).toBe(blocks.open());
    const before = blocks.open();
    blocks.push('*');
    expect(blocks.open()).not.toBe(before);
  });

  test.each([
    ['a line', () => 'word '.repeat(40_000)],
    ['a paragraph', () => numbered(5000, index => `line ${index} of it`)],
    ['a fence', () => `\`\`\`js\n${numbered(5003, index => `let a${index};`)}`],
    ['a line of code', () => `\`\`\`js\n${numbered(30, () => 'x')}${'y'.repeat(100_000)}`],
    ['an item with a fence', () => `- a\n\n  \`\`\`js\n${numbered(5000, index => `  let a${index};`)}`],
    ['a quote', () => numbered(5000, index => `> line ${index}`)],
    ['a list', () => numbered(5000, index => `- item ${index}`)],
    ['a table', () => `| a |\n|---|\n${numbered(5000, index => `| ${index} |`)}`],
  ])('stays small in %s without an end', (_, text) => {
    const blocks = createBlocks();
    const source = text();
    for (let from = 0; from < source.length; from += 997) {
      blocks.push(source.slice(from, from + 997));
      const seen = JSON.stringify(blocks.open());
      expect(seen.length).toBeLessThan(200_000);
    }
    expect(JSON.stringify(blocks.open()).length).toBeGreaterThan(2);
  });

  test('shows code as code though the beginning of its fence is far above', () => {
    const blocks = createBlocks();
    blocks.push(`- a\n\n  \`\`\`js\n${numbered(1000, index => `  let a${index};`)}`);
    const seen = blocks.open();
    expect(kinds(seen)).toEqual(['code']);
  });

  test('a list that goes on is numbered on', () => {
    const blocks = createBlocks();
    stream(
      blocks,
      numbered(40, index => `${index + 1}. item`),
    );
    const [piece] = blocks.open();
    expect(piece?.kind === 'list-items' && piece.number).toBeGreaterThan(24);
  });
});

test('control characters are gone before anything is read', () => {
  const blocks = createBlocks();
  const pieces = [
    ...stream(blocks, 'a\u001b[31m\r\nb\u0000\n\n```\u0007\n\u009b\n```\n', 1),
    ...blocks.end(),
  ];
  expect(JSON.stringify(pieces)).not.toMatch(/\\u00|[\u0080-\u009f]/);
});

test('a text that marked cannot read is a plain paragraph', () => {
  const blocks = createBlocks();
  expect(kinds([...blocks.push(`${'>'.repeat(6000)} a\n`), ...blocks.end()])).toEqual(['paragraph']);
});
