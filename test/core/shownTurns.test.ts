import {describe, expect, it} from 'vitest';
import {shownTurns} from '../../src/core/shownTurns.ts';
import {conversationOf} from './sampleSession.ts';

const texts = ['p1', 'a1', 'p2', 'a2', 'p3', 'a3', 'p4', 'a4'];
const shown = (...args: Parameters<typeof shownTurns>) => {
  const {nodes, earlier, later} = shownTurns(...args);
  return [earlier, nodes.map(({text}) => text).join(' '), later];
};

describe('the turns that are shown again', () => {
  it('are the last ones', () => {
    expect(shown(conversationOf(texts), 2)).toEqual([4, 'p3 a3 p4 a4', 0]);
    expect(shown(conversationOf(texts.slice(0, 2)), 3)).toEqual([0, 'p1 a1', 0]);
    expect(shown(conversationOf([]), 3)).toEqual([0, '', 0]);
  });

  it('are the one with the message that was looked for, and some after it', () => {
    expect(shown(conversationOf(texts), 2, 'n4')).toEqual([2, 'p2 a2 p3 a3', 2]);
    expect(shown(conversationOf(texts), 3, 'n3')).toEqual([2, 'p2 a2 p3 a3', 2]);
    expect(shown(conversationOf(texts), 3, 'n5')).toEqual([4, 'p3 a3 p4 a4', 0]);
    expect(shown(conversationOf(texts), 1, 'n8')).toEqual([6, 'p4 a4', 0]);
  });

  it('are no more than a screen holds, so that the message is still seen', () => {
    const long = ['p1', 'x'.repeat(2000), 'p2', 'a2'];
    expect(shown(conversationOf(long), 3, 'n1')).toEqual([0, `p1 ${long[1]}`, 2]);
    const later = ['p1', 'a1', 'p2', 'x'.repeat(2000), 'p3'];
    expect(shown(conversationOf(later), 3, 'n2')).toEqual([0, 'p1 a1', 3]);
  });

  it('are the last ones where the message is on no path', () => {
    expect(shown(conversationOf(texts), 1, 'elsewhere')).toEqual([6, 'p4 a4', 0]);
  });
});
