import {describe, expect, it} from 'vitest';
import {createTurnGate} from '../../../src/core/compare/createTurnGate.ts';

const {signal} = new AbortController();

describe('the turn gate', () => {
  it('lets as many in at a backend as its limit says, the others in their order', async () => {
    const gate = createTurnGate(backend => (backend === 'one' ? 1 : undefined));
    const order: string[] = [];
    const leave = await gate.enter('one', signal);
    const waiting = ['b', 'c'].map(async name => {
      const left = await gate.enter('one', signal);
      order.push(name);
      left();
    });
    await gate.enter('many', signal);
    await gate.enter('many', signal);
    expect(order).toEqual([]);
    leave();
    // A second call gives nothing back that is not held any more.
    leave();
    await Promise.all(waiting);
    expect(order).toEqual(['b', 'c']);
    await gate.enter('one', signal);
  });

  it('gives up waiting when it is told to, without taking a place', async () => {
    const gate = createTurnGate(() => 1);
    const controller = new AbortController();
    const leave = await gate.enter('one', signal);
    const given = gate.enter('one', controller.signal);
    controller.abort();
    await expect(given).rejects.toMatchObject({kind: 'cancelled'});
    await expect(gate.enter('one', controller.signal)).rejects.toMatchObject({kind: 'cancelled'});
    leave();
    await expect(gate.enter('one', signal)).resolves.toBeTypeOf('function');
  });
});
