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

  it('keeps what is said of no part beside the figures, until bytes come again', () => {
    const meter = createPullMeter(() => 0);
    expect(meter({status: 'looking'})).not.toHaveProperty('aside');
    meter({status: 'pulling', digest: 'a', completed: 5, total: 10});
    expect(meter({status: 'waiting'})).toMatchObject({aside: 'waiting', completed: 5, total: 10});
    expect(meter({status: 'pulling', digest: 'a', completed: 6, total: 10})).not.toHaveProperty('aside');
  });

  it('knows which part is on its way where all were told of at first', () => {
    const meter = createPullMeter(() => 0);
    const part = (digest: string, completed: number) => ({digest, completed, total: 10});
    const begun = meter({status: 'pulling', parts: [part('a', 0), part('b', 10), part('c', 0)]});
    expect(begun).toEqual({
      status: 'pulling',
      ...{completed: 10, total: 30, parts: 3, part: {number: 2, of: 3}},
    });
    const last = meter({status: 'pulling', ...part('c', 10)});
    expect(last).toMatchObject({completed: 20, part: {number: 3, of: 3}});
    expect(meter({status: 'done', ...part('a', 10)})).toMatchObject({part: {number: 3, of: 3}});
  });
});
