import {describe, expect, it} from 'vitest';
import type {SessionSettings} from '../../src/core/createSession.ts';
import {LlmError} from '../../src/core/errors.ts';
import {recordingJournal, sessionOver} from './sampleSession.ts';
import {createScriptedBackend, finish, text} from './scriptedBackend.ts';

function priced(priceOf: SessionSettings['priceOf']) {
  const backend = createScriptedBackend();
  const {journal, entries} = recordingJournal();
  const session = sessionOver(backend, {journal, ...(priceOf && {priceOf})});
  const costs = (): unknown[] =>
    entries.flatMap(entry => (entry.call === 'finishMessage' ? [entry.node.cost] : []));
  return {backend, session, costs};
}

describe('the price of an answer', () => {
  it('is kept with it, and the answer is safe before it is looked up', async () => {
    const {backend, session, costs} = priced(async ({model, usage}) => {
      expect(costs()).toEqual([undefined]);
      return model === 'test/model' && usage?.output === 3 ? 0.25 : undefined;
    });
    backend.enqueue(text('yes'), {type: 'usage', input: 7, output: 3}, finish());
    const {reply} = await session.send('hi');
    expect(reply.cost).toBe(0.25);
    expect(session.snapshot().conversation.nodes.get(reply.id)?.cost).toBe(0.25);
    expect(costs()).toEqual([undefined, 0.25]);
  });

  it('is missing where none is known', async () => {
    const {backend, session} = priced(async () => undefined);
    backend.enqueue(text('yes'), finish());
    expect((await session.send('hi')).reply).not.toHaveProperty('cost');
  });

  it('is not asked for when the server took nothing', async () => {
    const {backend, session} = priced(async () => 1);
    backend.enqueue(new LlmError({kind: 'unreachable', message: 'away'}));
    expect((await session.send('hi')).reply).not.toHaveProperty('cost');
  });

  it('counts for an answer that was cut', async () => {
    const {backend, session} = priced(async () => 1);
    backend.enqueue(text('half'), new LlmError({kind: 'interrupted', message: 'cut'}));
    expect((await session.send('hi')).reply).toMatchObject({stop: 'interrupted', cost: 1});
  });
});
