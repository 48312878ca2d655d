import {describe, expect, it} from 'vitest';
import {scrolledTo} from '../../src/ui/scrolledTo.ts';

describe('a text longer than the screen', () => {
  const at = (first: number) => ({first, length: 25, height: 10});

  it('moves by rows and pages, and stops at its ends', () => {
    expect([scrolledTo('down', at(3)), scrolledTo('up', at(3))]).toEqual([4, 2]);
    expect([scrolledTo('page-down', at(3)), scrolledTo('page-down', at(9))]).toEqual([13, 15]);
    expect([scrolledTo('up', at(0)), scrolledTo('page-up', at(4))]).toEqual([0, 0]);
    expect([scrolledTo('end', at(2)), scrolledTo('start', at(15))]).toEqual([15, 0]);
  });

  it('stays where all of it is seen, and by keys that do something else', () => {
    expect(scrolledTo('down', {first: 0, length: 3, height: 10})).toBe(0);
    for (const key of ['use', 'toString', undefined]) expect(scrolledTo(key, at(3))).toBeUndefined();
  });
});
