import {describe, expect, it} from 'vitest';
import {bufferOf} from '../../../src/ui/composer/buffer.ts';
import {ghostAfter, ghostWord} from '../../../src/ui/composer/ghost.ts';

describe('a suggestion', () => {
  it('is nothing when what was found does not begin so, or is the same', () => {
    expect(ghostAfter(bufferOf('ab'), () => 'xy')).toBe('');
    expect(ghostAfter(bufferOf('ab'), () => 'ab')).toBe('');
    expect(ghostAfter(bufferOf('ab'), () => undefined)).toBe('');
  });

  it('is whole up to a few short lines, else only the first', () => {
    expect(ghostAfter(bufferOf('ab'), () => 'abc\nd')).toBe('c\nd');
    expect(ghostAfter(bufferOf('ab'), () => `abc\n${'d'.repeat(300)}`)).toBe('c');
    expect(ghostAfter(bufferOf('ab'), () => 'abc\n1\n2\n3\n4')).toBe('c');
  });

  it('is not asked for over blanks, or a long text', () => {
    const asked: string[] = [];
    const suggest = (prefix: string): undefined => {
      asked.push(prefix);
    };
    for (const text of ['', 'a', '   ', 'a'.repeat(501)]) ghostAfter(bufferOf(text), suggest);
    ghostAfter({text: 'abc', cursor: 1}, suggest);
    expect(asked).toEqual([]);
  });

  it('has a first word, with what stands before it', () => {
    expect(ghostWord(' are you')).toBe(' are');
    expect(ghostWord('ther, you')).toBe('ther');
    expect(ghostWord('?!')).toBe('?!');
  });
});
