import {describe, expect, it} from 'vitest';
import {canBeMentioned, fileTokenAt, mentionOf} from '../../../src/ui/composer/fileToken.ts';

/** The token in a text in which `|` is the cursor, with what it would replace. */
function tokenIn(marked: string) {
  const cursor = marked.indexOf('|');
  const text = marked.replace('|', '');
  const token = fileTokenAt({text, cursor});
  return token && {typed: token.typed, replaces: text.slice(token.start, token.end)};
}

describe('the name of a file being typed', () => {
  it.each([
    ['@|', '', '@'],
    ['see @src/a|', 'src/a', '@src/a'],
    ['see @sr|c/a.ts, and', 'sr', '@src/a.ts'],
    ['(@a|)', 'a', '@a'],
    ['one\n@a|\ntwo', 'a', '@a'],
    ['@"a b|', 'a b', '@"a b'],
    ['@"a| b" c', 'a', '@"a b"'],
    ['@"a| b c', 'a', '@"a'],
  ])('is found in %j', (marked, typed, replaces) => {
    expect(tokenIn(marked)).toEqual({typed, replaces});
  });

  it.each(['me@host|', 'a@|', '@a b|', 'text|', '|@a', '@a\n|', '@"a b"|'])('is none in %j', marked => {
    expect(tokenIn(marked)).toBeNull();
  });
});

describe('how a file is named', () => {
  it('is quoted when its path has a blank', () => {
    expect(mentionOf('a/b.txt')).toBe('@a/b.txt');
    expect(mentionOf('a b.txt')).toBe('@"a b.txt"');
  });

  it('is not possible with control characters, or with quotes and blanks', () => {
    expect(['a"b.txt', 'ä 世.txt'].every(canBeMentioned)).toBe(true);
    expect(['a\nb', 'a\u001bb', 'a\u202eb', '"a b"'].some(canBeMentioned)).toBe(false);
  });
});
