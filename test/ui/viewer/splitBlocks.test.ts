import {describe, expect, it} from 'vitest';
import {codeLines, type SplitText, splitBlocks} from '../../../src/ui/viewer/splitBlocks.ts';

const text =
  'One\ntwo.\n\n# Head\n\n- a\n\n  - b\n- c\n\n~~~ts\nconst a = 1;\n\n~~~\n\n    indented\n\n| a |\n|---|\n| 1 |\n\n[x]: http://e.org\n\n$$\nx - y\n$$\n\nEnd [x].\n';

describe('splitting a text into its blocks', () => {
  it('finds their borders, what they are, and the link definitions', () => {
    const {blocks, definitions} = splitBlocks(text);
    expect(blocks.map(({start, end}) => text.slice(start, end).trim().split('\n')[0])).toEqual([
      'One',
      '# Head',
      '- a',
      '~~~ts',
      'indented',
      '| a |',
      '$$',
      'End [x].',
    ]);
    expect(blocks.map(({kind}) => kind).join(' ')).toBe('text text text code code table text text');
    expect(definitions.map(({line}) => line)).toEqual(['[x]: http://e.org']);
  });

  it.each([1, 5, 37])('finds the same when the text comes %i characters at a time', size => {
    let split: SplitText | undefined;
    for (let at = 0; at < text.length + size; at += size) split = splitBlocks(text.slice(0, at), split);
    expect(split?.blocks).toEqual(splitBlocks(text).blocks);
    expect(split?.definitions).toEqual(splitBlocks(text).definitions);
  });

  it('reads a long last block again only when it has grown by an eighth', () => {
    const list = '- an item of the list\n'.repeat(1000);
    const first = splitBlocks(list);
    const second = splitBlocks(`${list}- more\n\nA paragraph\n`, first);
    expect(second.blocks).toHaveLength(1);
    expect(second.blocks[0]?.end).toBe(second.text.length);
    const third = splitBlocks(`${second.text}\n${'Words. '.repeat(1000)}`, second);
    expect(third.blocks.length).toBeGreaterThan(1);
    expect(third.blocks).toEqual(splitBlocks(third.text).blocks);
  });

  it('begins anew when the text is another one', () => {
    expect(splitBlocks('other', splitBlocks(text)).blocks).toEqual(splitBlocks('other').blocks);
  });

  it('takes a text that nests too deep as one block', () => {
    const deep = `para\n\n${' '.repeat(220)}- x\n`;
    expect(splitBlocks(deep).blocks).toHaveLength(1);
  });
});

describe('the lines of a code block', () => {
  it.each([
    ['```js\na\n\nb\n```\n', '```js', ['a', '', 'b']],
    ['~~~~\n```\n~~~~', '~~~~', ['```']],
    ['  ```\n  a\n    b\n  ```', '  ```', ['a', '  b']],
    ['```\nnot closed\n', '```', ['not closed']],
    ['    a\n\tb\n', undefined, ['a', 'b']],
  ])('%j', (source, opening, lines) => {
    expect(codeLines(source, opening)).toEqual(lines);
  });
});
