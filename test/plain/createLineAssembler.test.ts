import {expect, it} from 'vitest';
import {createLineAssembler} from '../../src/plain/createLineAssembler.ts';

/** What becomes of lines: whole texts, and what is left at the end. */
function assembled(...lines: string[]): (string | undefined)[] {
  const assembler = createLineAssembler();
  const texts = lines.map(line => assembler.push(line)).filter(text => text !== undefined);
  return assembler.isOpen() ? [...texts, undefined, assembler.end()] : texts;
}

it.each<[string[], (string | undefined)[]]>([
  [
    ['one', '', 'two'],
    ['one', '', 'two'],
  ],
  [
    ['"""', 'one', '', 'two', '"""', 'three'],
    ['one\n\ntwo', 'three'],
  ],
  [['"""one', 'two"""'], ['one\ntwo']],
  [['"""one"""'], ['one']],
  [['say """ here'], ['say """ here']],
  [['"""/usr/bin', 'x"""'], ['//usr/bin\nx']],
  [['"""', 'one \\', 'two', '"""'], ['one \\\ntwo']],
  [['one \\', 'two\\', 'three'], ['one \ntwo\nthree']],
  [
    ['a \\\\', 'b'],
    ['a \\\\', 'b'],
  ],
  [
    ['"""one', 'two'],
    [undefined, 'one\ntwo'],
  ],
  [['one \\'], [undefined, 'one ']],
])('%j become %j', (lines, texts) => {
  expect(assembled(...lines)).toEqual(texts);
});
