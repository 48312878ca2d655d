import {describe, expect, it} from 'vitest';
import {createPullMeter} from '../../src/core/pull.ts';

function prepared() {
  let now = 0;
  const meter = createPullMeter(() => now);
  return (at: number, completed?: number, total?: number, digest = 'a') => {
    now = at;
    return meter({
      status: 'pulling',
      digest,
      ...(completed !== undefined && {completed}),
      ...(total !== undefined && {total}),
    });
  };
}

describe('createPullMeter', () => {
  it('adds up parts, and tells rate and time left from the last seconds', () => {
    const say = prepared();
    expect(say(0, 0, 1_000)).toEqual({status: 'pulling', completed: 0, total: 1_000, parts: 1});
    expect(say(500, 100, 1_000)).not.toHaveProperty('rate');
    expect(say(2_000, 400, 1_000)).toMatchObject({rate: 200, remainingMs: 3_000});
    expect(say(10_000, 1_000, 1_000)).not.toHaveProperty('rate');
    expect(say(10_100, 50, 500, 'b')).toMatchObject({completed: 1_050, total: 1_500});
  });

  it('does not count what was there before at any rate', () => {
    const say = prepared();
    say(0, 900, 1_000);
    expect(say(1_000, 910, 1_000)).toMatchObject({rate: 10, remainingMs: 9_000});
  });

  it('takes more bytes than the total, a missing total, and bytes that go back', () => {
    const say = prepared();
    expect(say(0, 1_200, 1_000)).toMatchObject({completed: 1_200, total: 1_200});
    expect(say(0, 5, undefined, 'b')).toMatchObject({completed: 1_205, total: 1_205});
    const back = say(3_000, 600, 1_000);
    expect(back).toMatchObject({completed: 605, total: 1_205});
    expect(back).not.toHaveProperty('rate');
  });
});
