import {describe, expect, it} from 'vitest';
import {jsonValues} from '../../../src/storage/import/jsonValues.ts';
import {pick, randoms} from '../../core/randoms.ts';

/** The text in pieces of random sizes, some of them empty. */
function* pieces(text: string, random: (below: number) => number): Generator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) {
    const length = random(9);
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

const all = (text: string) => [...jsonValues([Buffer.from(text)])];

describe('the objects of a JSON file', () => {
  it('are those that were written, however the file is cut into pieces', () => {
    const random = randoms(11);
    const atoms = ['"', '\\', '{', '}', '[', ']', ',', ':', 'a', '\n', '😀', '\u0000', '\\u007b'];
    const word = () => Array.from({length: random(6)}, () => pick(random, atoms)).join('');
    for (let round = 0; round < 300; round++) {
      const objects = Array.from({length: random(4)}, () => ({
        [word()]: word(),
        list: [word(), {deep: [[word()]]}, random(99), null, true],
      }));
      const indent = random(3);
      expect([...jsonValues(pieces(JSON.stringify(objects, null, indent), random))]).toEqual(objects);
      const lines = objects.map(object => `${JSON.stringify(object, null, indent)}\n`).join('');
      if (objects.length > 0) expect([...jsonValues(pieces(`\ufeff${lines}`, random))]).toEqual(objects);
    }
  });

  it.each([
    ['', 'is empty'],
    ['  \n', 'is empty'],
    ['[', 'without its last bracket'],
    ['[{"a":1}', 'ends after 1 conversations'],
    ['[{"a":1},', 'without its last bracket'],
    ['[{"a":1},]', 'is not JSON'],
    ['[{"a":1},{"b":"x', 'ends in the middle of conversation 2'],
    ['{"a":[{}', 'ends in the middle of conversation 1'],
    ['[{"a":1}{"b":2}]', 'a comma is missing'],
    ['[{"a":1}] x', 'goes on after its end'],
    ['[[{}]]', 'is not JSON, or not of objects'],
    ['[1]', 'is not JSON, or not of objects'],
    ['[{"a":1},{b:2}]', 'is not JSON in conversation 2'],
    [`[{"a":${'['.repeat(200_000)}`, 'ends in the middle'],
    ['{]}', 'is not JSON'],
  ])('are refused with the place: %.30s', (text, reason) => {
    expect(() => all(text)).toThrow(reason);
  });

  it('may be none', () => {
    expect(all('[ ]')).toEqual([]);
  });
});
