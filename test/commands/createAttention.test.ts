import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {createAttention} from '../../src/commands/createAttention.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('createAttention', () => {
  it('asks about the model that stays selected, once, and about none that is passed by', () => {
    const asked: {name: string; signal: AbortSignal}[] = [];
    const attention = createAttention({
      async learn(name, signal) {
        asked.push({name, signal});
      },
    });
    for (const name of ['a', 'b', 'c', 'c']) attention.turnTo(name);
    vi.runAllTimers();
    attention.turnTo('c');
    vi.runAllTimers();
    expect(asked.map(({name}) => name)).toEqual(['c']);
    expect(asked[0]?.signal.aborted).toBe(false);
    attention.turnTo(null);
    vi.runAllTimers();
    expect(asked).toHaveLength(1);
    expect(asked[0]?.signal.aborted).toBe(true);
  });
});
