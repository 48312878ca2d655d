import {describe, expect, it, vi} from 'vitest';
import {contextUse} from '../../src/core/contextUse.ts';
import type {Attachment} from '../../src/core/message.ts';
import type {ModelWindow} from '../../src/core/modelWindow.ts';
import {createContextGauge} from '../../src/ui/createContextGauge.ts';
import {conversationOf, sessionOver} from '../core/sampleSession.ts';
import {createScriptedBackend, finish, gate, text} from '../core/scriptedBackend.ts';

function prepared(
  answer: (model: string) => Promise<ModelWindow | undefined>,
  pending?: () => readonly Attachment[],
) {
  const backend = createScriptedBackend();
  const session = sessionOver(backend);
  const asked: string[] = [];
  const ask = (model: string) => {
    asked.push(model);
    return answer(model);
  };
  const gauge = createContextGauge(session, ask, pending);
  const seen: (number | undefined)[] = [];
  const leave = gauge.subscribe(() => seen.push(gauge.snapshot().window));
  return {backend, session, gauge, asked, seen, leave};
}

describe('the context gauge', () => {
  it('asks once for each model, and once more after its first answer', async () => {
    const windows = [4096, 8192];
    const {backend, session, asked, seen} = prepared(async () => ({allocated: windows.shift() ?? 0}));
    for (const word of ['a', 'b']) backend.enqueue(text(word), finish());
    await vi.waitFor(() => expect(seen).toEqual([4096]));
    await session.send('1');
    await vi.waitFor(() => expect(seen).toEqual([4096, 8192]));
    await session.send('2');
    session.configure({system: 'x'});
    expect(asked).toEqual(['test/model', 'test/model']);
  });

  it('asks after each answer once the window is nearly full, for it may have grown', async () => {
    const windows = [1000, 1000, 1000, 2000];
    const {backend, session, asked, gauge} = prepared(async () => ({allocated: windows.shift() ?? 2000}));
    for (const input of [100, 800, 900, 900])
      backend.enqueue(text('a'), {type: 'usage', input, output: 1}, finish());
    await session.send('1');
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    await session.send('2');
    await vi.waitFor(() => expect(asked).toHaveLength(3));
    await session.send('3');
    await vi.waitFor(() => expect(gauge.snapshot().window).toBe(2000));
    await session.send('4');
    expect(asked).toHaveLength(4);
  });

  it('shows the window of the model that was chosen last, however long the others take', async () => {
    const {step, open} = gate();
    const {session, gauge, seen} = prepared(async model => {
      if (model === 'test/model') await step;
      return {allocated: model === 'test/model' ? 1 : 2};
    });
    session.use('test/other');
    await vi.waitFor(() => expect(gauge.snapshot().window).toBe(2));
    open();
    await new Promise(setImmediate);
    expect(seen).toEqual([2]);
  });

  it('knows nothing where nobody can say, and asks no more once nobody looks', async () => {
    const {session, gauge, asked, leave} = prepared(async () => {
      throw new Error('no server');
    });
    await new Promise(setImmediate);
    expect(gauge.snapshot().window).toBeUndefined();
    leave();
    session.use('test/other');
    expect(asked).toEqual(['test/model']);
  });

  it('grows with the answer that streams, some tokens at a time', async () => {
    const {backend, session, gauge} = prepared(async () => ({allocated: 4096}));
    const [first, second, third] = [gate(), gate(), gate()];
    backend.enqueue(
      text('few words'),
      first.step,
      text(' word'.repeat(70)),
      second.step,
      text(' word'.repeat(200)),
      third.step,
    );
    const sent = session.send('hello');
    await vi.waitFor(() => expect(session.snapshot().live?.text).toBe('few words'));
    const before = gauge.snapshot();
    first.open();
    await vi.waitFor(() => expect(gauge.snapshot().used).toBe(before.used + 50));
    expect(gauge.snapshot()).toBe(gauge.snapshot());
    second.open();
    await vi.waitFor(() =>
      expect(gauge.snapshot()).toMatchObject({used: before.used + 250, estimated: true}),
    );
    await session.stop();
    await sent;
  });

  it('takes the window that is set where it can be, and knows what can be sent at most', async () => {
    const {session, gauge} = prepared(async () => ({allocated: 4096, max: 32_768, growable: true}));
    await vi.waitFor(() => expect(gauge.snapshot()).toMatchObject({window: 4096, limit: 32_768}));
    session.configure({options: {num_ctx: 8192}});
    expect(gauge.snapshot()).toMatchObject({window: 8192, limit: 8192});
  });

  it('keeps its figure until something changes: the conversation, the window, what is attached', async () => {
    let pending: readonly Attachment[] = [];
    const {backend, session, gauge} = prepared(
      async () => ({allocated: 4096}),
      () => pending,
    );
    await vi.waitFor(() => expect(gauge.snapshot().window).toBe(4096));
    const first = gauge.snapshot();
    expect(gauge.snapshot()).toBe(first);
    pending = [{kind: 'text', name: 'a.txt', text: 'word '.repeat(100)}];
    expect(gauge.snapshot().files).toBeGreaterThan(100);
    pending = [];
    backend.enqueue(text('a'), {type: 'usage', input: 900, output: 150}, finish());
    backend.enqueue(text('cut'), gate().step);
    await session.send('hello');
    expect(gauge.snapshot()).toMatchObject({used: 1050, estimated: false});
    // A stopped answer has no counts; the figure goes on from the last one.
    const sent = session.send('again');
    await vi.waitFor(() => expect(session.snapshot().live?.text).toBe('cut'));
    await session.stop();
    await sent;
    expect(gauge.snapshot().used).toBeGreaterThan(1050);
    expect(gauge.snapshot().used).toBeLessThan(1100);
  });

  it('shows of a very long conversation a rough figure at once, and counts it soon after', async () => {
    const words = 'some words '.repeat(60_000);
    const long = conversationOf([words, 'a'], {id: 'long'});
    const {session, gauge} = prepared(async () => undefined);
    await session.open(long);
    const rough = gauge.snapshot();
    expect(rough).toMatchObject({estimated: true, used: Math.round((words.length + 1) / 4)});
    expect(gauge.snapshot()).toBe(rough);
    await vi.waitFor(() => expect(gauge.snapshot().used).toBe(contextUse(long).used), 10_000);
    expect(contextUse(long).used).not.toBe(rough.used);
    session.configure({system: 'x'});
    expect(gauge.snapshot().system).toBeGreaterThan(0);
  });
});
