import {describe, expect, it} from 'vitest';
import {createSeam} from '../../src/core/createSeam.ts';
import {pick, randoms} from './randoms.ts';

/** What the two texts become together, with the continuation in pieces of a length. */
function joined(old: string, more: string, piece = more.length || 1): string {
  const seam = createSeam(old);
  let text = old;
  for (let at = 0; at < more.length; at += piece) text += seam.push(more.slice(at, at + piece));
  return text + seam.end();
}

describe('joining a continuation', () => {
  it.each([
    ['The quick bro', 'brown fox', 'The quick brown fox'],
    ['The quick brown', 'The quick brown fox', 'The quick brown fox'],
    ['The quick brown', ' fox', 'The quick brown fox'],
    ['The quick bro', 'wn fox', 'The quick brown fox'],
    ['The quick brown ', 'brown fox', 'The quick brown fox'],
    ['The quick brown ', 'The quick brown\nfox', 'The quick brown fox'],
    ['the first line\n\n', 'first line\nsecond', 'the first line\n\nsecond'],
    ['He said: stop there', '“stop there, now', 'He said: stop there, now'],
    ['one two three', '\n… two three four', 'one two three four'],
    ['```js\nlet a = 1;\nlet b', 'let b = 2;', '```js\nlet a = 1;\nlet b = 2;'],
    ['我们今天一起去公园玩得很开心', '今天一起去公园玩得很开心。', '我们今天一起去公园玩得很开心。'],
    ['the end.', '', 'the end.'],
    ['', 'all of it', 'all of it'],
  ])('makes of %j and %j one text', (old, more, whole) => {
    for (const piece of [1, 2, 7, 1000]) expect(joined(old, more, piece)).toBe(whole);
  });

  it.each([
    ['| --- | --- |', '| --- | --- |\n'],
    ['ha', 'ha ha'],
    ['It is 1', '1 more'],
    ['a\n\n', '\nb'],
    ['the cat', 'catalogue'.slice(3)],
    ['xxat', 'at home'],
    ['The quick ', 'quicker than'],
  ])('drops nothing where %j and %j meet by chance', (old, more) => {
    for (const piece of [1, 3, 1000]) expect(joined(old, more, piece)).toBe(old + more);
  });

  it('drops the longest repetition, up to some 200 characters', () => {
    const old = 'word by word '.repeat(60);
    const repeated = old.slice(-195);
    for (const piece of [1, 50, 1000]) expect(joined(old, `${repeated}and on`, piece)).toBe(`${old}and on`);
  });

  it('holds back no more than it must, and all comes out at the end', () => {
    const seam = createSeam('The quick brown');
    expect(seam.push('The')).toBe('');
    expect(seam.push(' slow')).toBe('The slow');
    expect(seam.push(' The quick brown')).toBe(' The quick brown');
    expect(seam.end()).toBe('');
    const cut = createSeam('The quick brown');
    expect(cut.push('The qui')).toBe('');
    expect(cut.end()).toBe('The qui');
  });

  it('makes the same of any pieces, and loses nothing of what is new', () => {
    const random = randoms(7);
    const words = ['one', 'two', ' ', ' ', '\n', '.', '"', '世界', '😀', '`'];
    const any = (length: number): string => Array.from({length}, () => pick(random, words)).join('');
    for (let round = 0; round < 300; round++) {
      const old = any(12);
      const fresh = any(6);
      const more = random(2) === 0 ? old.slice(random(old.length)) + fresh : fresh;
      const whole = joined(old, more);
      for (const piece of [1, 2, 3, 5]) expect(joined(old, more, piece)).toBe(whole);
      expect(whole.startsWith(old)).toBe(true);
      expect((old + more).endsWith(whole.slice(old.length))).toBe(true);
    }
  });
});
