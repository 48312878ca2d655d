import {afterEach, describe, expect, it, vi} from 'vitest';
import {largerModels} from '../../src/commands/largerModels.ts';
import {modelsInTime} from '../../src/commands/modelsInTime.ts';
import {sessionOver} from '../core/sampleSession.ts';
import {createScriptedBackend} from '../core/scriptedBackend.ts';
import {fakeContext} from './fakeContext.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe('a list of models that one server holds up', () => {
  const context = () => ({
    ...fakeContext(sessionOver(createScriptedBackend())),
    listModels: () => new Promise<never>(() => {}),
  });

  it('is what is known by then, after a second', async () => {
    vi.useFakeTimers();
    const waiting = context();
    const models = modelsInTime(waiting);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await models).toBe(waiting.shelf.known());
  });

  it('does not keep larger models of the others from being offered', async () => {
    vi.useFakeTimers();
    const found = largerModels({...context(), contextWindow: async () => ({max: 100_000})}, 50_000);
    await vi.advanceTimersByTimeAsync(1_200);
    expect((await found).length).toBeGreaterThan(0);
  });
});
