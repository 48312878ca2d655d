import {describe, expect, it, vi} from 'vitest';
import {createContextGauge} from '../../src/ui/createContextGauge.ts';
import {sessionOver} from '../core/sampleSession.ts';
import {createScriptedBackend, finish, gate, text} from '../core/scriptedBackend.ts';

function prepared(answer: (model: string) => Promise<number | undefined>) {
  const backend = createScriptedBackend();
  const session = sessionOver(backend);
  const asked: string[] = [];
  const gauge = createContextGauge(session, model => {
    asked.push(model);
    return answer(model);
  });
  const seen: (number | undefined)[] = [];
  const leave = gauge.subscribe(() => seen.push(gauge.snapshot()));
  return {backend, session, gauge, asked, seen, leave};
}

describe('the context gauge', () => {
  it('asks once for each model, and once more after its first answer', async () => {
    const windows = [4096, 8192];
    const {backend, session, asked, seen} = prepared(async () => windows.shift());
    for (const word of ['a', 'b']) backend.enqueue(text(word), finish());
    await vi.waitFor(() => expect(seen).toEqual([4096]));
    await session.send('1');
    await vi.waitFor(() => expect(seen).toEqual([4096, 8192]));
    await session.send('2');
    session.configure({system: 'x'});
    expect(asked).toEqual(['test/model', 'test/model']);
  });

  it('shows the window of the model that was chosen last, however long the others take', async () => {
    const {step, open} = gate();
    const {session, gauge, seen} = prepared(async model => {
      if (model === 'test/model') await step;
      return model === 'test/model' ? 1 : 2;
    });
    session.use('test/other');
    await vi.waitFor(() => expect(gauge.snapshot()).toBe(2));
    open();
    await new Promise(setImmediate);
    expect(seen).toEqual([2]);
  });

  it('knows nothing where nobody can say, and asks no more once nobody looks', async () => {
    const {session, gauge, asked, leave} = prepared(async () => {
      throw new Error('no server');
    });
    await new Promise(setImmediate);
    expect(gauge.snapshot()).toBeUndefined();
    leave();
    session.use('test/other');
    expect(asked).toEqual(['test/model']);
  });
});
