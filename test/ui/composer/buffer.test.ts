import {describe, expect, it} from 'vitest';
import * as edit from '../../../src/ui/composer/buffer.ts';
import {graphemeSpans} from '../../../src/ui/composer/graphemes.ts';
import {pick, randoms} from '../../core/randoms.ts';

type Buffer = edit.Buffer;

/** A buffer from a text in which `|` is the cursor. */
function at(marked: string): Buffer {
  const cursor = marked.indexOf('|');
  return {text: marked.replace('|', ''), cursor};
}

/** The reverse of `at`. */
function marked({text, cursor}: Buffer): string {
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`;
}

const family = '👩‍👩‍👧';
const flag = '🇩🇪';
const accented = 'e\u0301';

const table = (change: (buffer: Buffer) => Buffer, rows: readonly [from: string, to: string][]): void => {
  for (const [from, to] of rows) expect(marked(change(at(from)))).toBe(to);
};

describe('moving by characters', () => {
  it('takes a grapheme at a time, whatever it is made of', () => {
    const text = `a${family}${flag}世${accented}b`;
    const stops = [0, 1, 1 + family.length, 1 + family.length + flag.length];
    let buffer: Buffer = {text, cursor: 0};
    const seen = [0];
    for (let step = 0; step < 6; step += 1) {
      buffer = edit.moveRight(buffer);
      seen.push(buffer.cursor);
    }
    expect(seen.slice(0, 4)).toEqual(stops);
    expect(buffer.cursor).toBe(text.length);
    const back: number[] = [];
    for (let step = 0; step < 6; step += 1) {
      buffer = edit.moveLeft(buffer);
      back.push(buffer.cursor);
    }
    expect(back.reverse()).toEqual(seen.slice(0, 6));
  });

  it('goes over the ends of lines and stays at the ends of the text', () => {
    table(edit.moveLeft, [
      ['a\n|b', 'a|\nb'],
      ['a\n\n|b', 'a\n|\nb'],
      ['|ab', '|ab'],
    ]);
    table(edit.moveRight, [
      ['a|\nb', 'a\n|b'],
      ['a\n|\nb', 'a\n\n|b'],
      ['ab|', 'ab|'],
      [`a|${family}\nb`, `a${family}|\nb`],
    ]);
  });
});

describe('deleting characters', () => {
  it('takes a whole grapheme', () => {
    table(edit.deleteBackward, [
      [`x${family}|y`, 'x|y'],
      [`${flag}${flag}|`, `${flag}|`],
      [`caf${accented}|`, 'caf|'],
      ['世界|', '世|'],
      ['a\n|b', 'a|b'],
      ['|a', '|a'],
    ]);
    table(edit.deleteForward, [
      [`x|${family}y`, 'x|y'],
      [`|${accented}a`, '|a'],
      ['a|\nb', 'a|b'],
      ['a|', 'a|'],
    ]);
  });
});

describe('words', () => {
  it('moves to the beginning of a word and to the end of one', () => {
    table(edit.moveWordLeft, [
      ['one two|', 'one |two'],
      ['one |two', '|one two'],
      ['one  tw|o', 'one  |two'],
      ['a.b(c)|', 'a.b(|c)'],
      ['one\ntwo|', 'one\n|two'],
      ['one\n|two', '|one\ntwo'],
      ['|one', '|one'],
      ['...|', '|...'],
    ]);
    table(edit.moveWordRight, [
      ['|one two', 'one| two'],
      ['one| two', 'one two|'],
      ['on|e two', 'one| two'],
      ['one|\ntwo', 'one\ntwo|'],
      ['one|', 'one|'],
      ['one|...', 'one...|'],
    ]);
  });

  it('finds words in texts without blanks between them', () => {
    const text = '今日は世界';
    const stops = new Set<number>();
    for (let buffer = edit.bufferOf(text); buffer.cursor > 0; ) {
      buffer = edit.moveWordLeft(buffer);
      stops.add(buffer.cursor);
    }
    expect(stops.size).toBeGreaterThan(1);
  });

  it('deletes a word', () => {
    table(edit.deleteWordBackward, [
      ['one two|', 'one |'],
      ['one two |three', 'one |three'],
      ['git commit --amend|', 'git commit --|'],
      ['|one', '|one'],
    ]);
    table(edit.deleteWordForward, [
      ['|one two', '| two'],
      ['one| two three', 'one| three'],
      ['one|', 'one|'],
    ]);
  });
});

describe('the ends of the text', () => {
  it('are reached from any line', () => {
    table(edit.moveTextStart, [['one\ntw|o', '|one\ntwo']]);
    table(edit.moveTextEnd, [['o|ne\ntwo', 'one\ntwo|']]);
  });
});

describe('a chip', () => {
  const mark = '\udc00';
  const other = '\udc01';

  it('is one step of the cursor and is deleted as one, whatever stands beside it', () => {
    table(edit.moveLeft, [
      [`a${mark}|b`, `a|${mark}b`],
      [`${mark}\u0301|b`, `${mark}|\u0301b`],
      [`${mark}${other}|`, `${mark}|${other}`],
    ]);
    table(edit.moveRight, [
      [`a|${mark}b`, `a${mark}|b`],
      [`|${mark}\u0301b`, `${mark}|\u0301b`],
    ]);
    table(edit.deleteBackward, [
      [`a${mark}|\u0301`, 'a\u0301|'],
      [`👍${mark}|`, '👍|'],
    ]);
    table(edit.deleteForward, [[`a|${mark}👍`, 'a|👍']]);
  });

  it('is a word', () => {
    table(edit.moveWordLeft, [[`one ${mark} .|`, `one |${mark} .`]]);
    table(edit.moveWordRight, [[`one| ${mark}two`, `one ${mark}|two`]]);
    table(edit.deleteWordBackward, [[`one${mark}|`, 'one|']]);
  });
});

describe('lines', () => {
  it('moves to the ends of the line, not of the text', () => {
    table(edit.moveLineStart, [
      ['one\ntw|o\nthree', 'one\n|two\nthree'],
      ['one\n|two', 'one\n|two'],
      ['on|e', '|one'],
      ['|\none', '|\none'],
    ]);
    table(edit.moveLineEnd, [
      ['one\n|two\nthree', 'one\ntwo|\nthree'],
      ['one|\ntwo', 'one|\ntwo'],
      ['o|ne', 'one|'],
    ]);
  });

  it('deletes to the ends of the line; there, the newline', () => {
    table(edit.deleteToLineStart, [
      ['one\ntwo th|ree', 'one\n|ree'],
      ['one\n|two', 'one|two'],
      ['|one', '|one'],
    ]);
    table(edit.deleteToLineEnd, [
      ['one t|wo\nthree', 'one t|\nthree'],
      ['one|\ntwo', 'one|two'],
      ['one|', 'one|'],
    ]);
  });
});

describe('inserting', () => {
  it('puts the text at the cursor and the cursor after it', () => {
    expect(marked(edit.insert(at('a|c'), 'b'))).toBe('ab|c');
    expect(marked(edit.insert(at('a|c'), '\nb\n'))).toBe('a\nb\n|c');
    expect(marked(edit.insert(edit.emptyBuffer, family))).toBe(`${family}|`);
  });

  it('puts the cursor behind the grapheme that comes into being', () => {
    expect(marked(edit.insert(at('|\u0301x'), 'e'))).toBe('e\u0301|x');
    expect(marked(edit.insert(at('👩|👧'), '\u200d'))).toBe('👩\u200d👧|');
  });
});

describe('any series of edits', () => {
  const changes = [
    edit.moveLeft,
    edit.moveRight,
    edit.moveWordLeft,
    edit.moveWordRight,
    edit.moveLineStart,
    edit.moveLineEnd,
    edit.moveTextStart,
    edit.moveTextEnd,
    edit.deleteBackward,
    edit.deleteForward,
    edit.deleteWordBackward,
    edit.deleteWordForward,
    edit.deleteToLineStart,
    edit.deleteToLineEnd,
  ];
  const pieces = [
    'a',
    ' ',
    '\n',
    family,
    flag,
    '世',
    accented,
    'word ',
    '\u0301',
    '\t',
    '.',
    '\udc00',
    '\u200d',
    '🇩',
    'क्षि',
    '\u0600',
  ];

  it('keeps the cursor on the border of a grapheme and never makes text up', () => {
    const random = randoms(3);
    for (let round = 0; round < 150; round += 1) {
      let buffer = edit.emptyBuffer;
      for (let step = 0; step < 40; step += 1) {
        const before = buffer;
        const isInsert = random(3) > 0;
        const change = pick(random, changes);
        buffer = isInsert ? edit.insert(buffer, pick(random, pieces)) : change(buffer);
        if (!isInsert) expect(before.text.length).toBeGreaterThanOrEqual(buffer.text.length);
        expect(buffer.cursor).toBeGreaterThanOrEqual(0);
        expect(buffer.cursor).toBeLessThanOrEqual(buffer.text.length);
        const borders = [0, ...graphemeSpans(buffer.text).map(span => span.end)];
        expect(borders).toContain(buffer.cursor);
      }
    }
  });
});
