import {describe, expect, it} from 'vitest';
import * as edit from '../../../src/ui/composer/buffer.ts';
import {
  changeBetween,
  closeStep,
  type EditHistory,
  type EditKind,
  emptyEditHistory,
  record,
  redo,
  undo,
} from '../../../src/ui/composer/editHistory.ts';
import {graphemeSpans} from '../../../src/ui/composer/graphemes.ts';
import {pick, randoms} from '../../core/randoms.ts';

type Buffer = edit.Buffer;
type Typed = {buffer: Buffer; history: EditHistory};

const start: Typed = {buffer: edit.emptyBuffer, history: emptyEditHistory};
const then = ({buffer, history}: Typed, after: Buffer, kind: EditKind): Typed => ({
  buffer: after,
  history: record(history, buffer, after, kind),
});
const typeAll = (from: Typed, text: string): Typed =>
  Array.from(text).reduce((typed, each) => then(typed, edit.insert(typed.buffer, each), 'typing'), from);
const back = ({buffer, history}: Typed): Typed => undo(history, buffer) ?? {buffer, history};
const forth = ({buffer, history}: Typed): Typed => redo(history, buffer) ?? {buffer, history};
const texts = (from: Typed, step: (typed: Typed) => Typed, count: number): string[] => {
  const seen: string[] = [];
  let typed = from;
  for (let left = count; left > 0; left -= 1) {
    typed = step(typed);
    seen.push(typed.buffer.text);
  }
  return seen;
};

describe('undoing', () => {
  it('takes a word at a time from what was typed, and gives it back', () => {
    const typed = typeAll(start, 'one two\nthree');
    expect(texts(typed, back, 4)).toEqual(['one two\n', 'one ', '', '']);
    expect(texts(back(back(back(typed))), forth, 4)).toEqual([
      'one ',
      'one two\n',
      'one two\nthree',
      'one two\nthree',
    ]);
  });

  it('takes long words of scripts without blanks in parts', () => {
    const typed = typeAll(start, '世'.repeat(100));
    expect(back(typed).buffer.text).toBe('世'.repeat(80));
  });

  it('takes deletions of single characters together, by either key, but apart from typing', () => {
    let typed = typeAll(start, 'abcdef');
    for (const _ of 'abc') typed = then(typed, edit.deleteBackward(typed.buffer), 'deleting');
    expect(typed.buffer.text).toBe('abc');
    expect(texts(typed, back, 2)).toEqual(['abcdef', '']);
    let other = {...typed, buffer: {text: 'abcdef', cursor: 1}, history: emptyEditHistory};
    for (const _ of 'ab') other = then(other, edit.deleteForward(other.buffer), 'deleting');
    expect(texts(other, back, 1)).toEqual(['abcdef']);
  });

  it('ends a step where the cursor was moved', () => {
    const typed = typeAll(start, 'ab');
    const later = typeAll({...typed, history: closeStep(typed.history)}, 'cd');
    expect(texts(later, back, 2)).toEqual(['ab', '']);
  });

  it('puts the cursor where it was', () => {
    const typed = typeAll({...start, buffer: {text: 'aa', cursor: 1}}, 'a');
    expect(typed.buffer).toEqual({text: 'aaa', cursor: 2});
    expect(back(typed).buffer).toEqual({text: 'aa', cursor: 1});
    expect(forth(back(typed)).buffer).toEqual({text: 'aaa', cursor: 2});
  });

  it('cannot be taken back once something else was typed', () => {
    const typed = typeAll(back(typeAll(start, 'one two')), 'x');
    expect(redo(typed.history, typed.buffer)).toBeNull();
    expect(texts(typed, back, 2)).toEqual(['one ', '']);
  });

  it('notes nothing when nothing changed', () => {
    const typed = typeAll(start, 'a');
    expect(record(typed.history, typed.buffer, edit.moveLeft(typed.buffer), 'other')).toBe(typed.history);
  });
});

describe('what was replaced by what', () => {
  it('is found where the cursor was, though the same stands elsewhere', () => {
    const change = changeBetween({text: 'aaaa', cursor: 2}, {text: 'aaaaa', cursor: 3});
    expect(change).toEqual({at: 2, removed: '', inserted: 'a', before: 2, after: 3});
    expect(changeBetween({text: 'aaaa', cursor: 2}, {text: 'aaa', cursor: 1})).toMatchObject({
      at: 1,
      removed: 'a',
    });
  });
});

describe('any series of edits', () => {
  const family = '👩‍👩‍👧';
  const pieces = [
    'a',
    'b ',
    '\n',
    '世',
    family,
    '👩',
    '\u200d',
    'e\u0301',
    '\u0301',
    '🇩🇪',
    '🇩',
    '\udc00',
    '\t',
  ];
  const moves = [edit.moveLeft, edit.moveRight, edit.moveWordLeft, edit.moveLineStart, edit.moveTextEnd];
  const single = [edit.deleteBackward, edit.deleteForward];
  const large = [
    edit.deleteWordBackward,
    edit.deleteWordForward,
    edit.deleteToLineStart,
    edit.deleteToLineEnd,
  ];

  it('is undone to the start and done again to the end, with the cursor always on the border of a grapheme', () => {
    const random = randoms(17);
    const expectBorder = ({text, cursor}: Buffer): void => {
      expect([0, ...graphemeSpans(text).map(span => span.end)]).toContain(cursor);
    };
    for (let round = 0; round < 120; round += 1) {
      let typed = start;
      for (let step = 0; step < 50; step += 1) {
        const what = random(10);
        if (what < 5) typed = then(typed, edit.insert(typed.buffer, pick(random, pieces)), 'typing');
        else if (what < 6) typed = then(typed, pick(random, single)(typed.buffer), 'deleting');
        else if (what < 7) typed = then(typed, pick(random, large)(typed.buffer), 'other');
        else if (what < 8) typed = back(typed);
        else typed = {buffer: pick(random, moves)(typed.buffer), history: closeStep(typed.history)};
        expectBorder(typed.buffer);
      }
      const end = typed.buffer.text;
      let steps = 0;
      for (; undo(typed.history, typed.buffer); steps += 1) {
        typed = back(typed);
        expectBorder(typed.buffer);
      }
      expect(typed.buffer).toEqual(edit.emptyBuffer);
      for (; steps > 0; steps -= 1) {
        typed = forth(typed);
        expectBorder(typed.buffer);
      }
      expect(typed.buffer.text).toBe(end);
    }
  });
});
