import {expect, it} from 'vitest';
import {parentsFirst} from '../../../src/storage/import/parentsFirst.ts';
import {randoms} from '../../core/randoms.ts';

it('puts what is followed before what follows it, and keeps the order of siblings', () => {
  const things = [
    {id: 'b2', parent: 'b'},
    {id: 'b', parent: 'a'},
    {id: 'c', parent: 'a'},
    {id: 'a', parent: null},
    {id: 'b1', parent: 'b'},
  ];
  expect(parentsFirst(things).map(({id}) => id)).toEqual(['a', 'b', 'b2', 'b1', 'c']);
});

it('loses nothing and ends, whatever follows what', () => {
  const random = randoms(3);
  for (let round = 0; round < 200; round++) {
    const count = 1 + random(12);
    const things = Array.from({length: count}, (_, index) => ({
      id: `${index}`,
      parent: random(4) === 0 ? null : `${random(count + 2)}`,
    }));
    const ordered = parentsFirst(things);
    expect(ordered.map(({id}) => id).sort()).toEqual(things.map(({id}) => id).sort());
    const before = new Set<string>();
    for (const {id, parent} of ordered) {
      expect(parent === null || before.has(parent)).toBe(true);
      before.add(id);
    }
  }
});
