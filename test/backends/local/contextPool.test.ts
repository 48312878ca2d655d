import {describe, expect, it} from 'vitest';
import {
  type ContextPool,
  createContextPool,
  type Place,
  windowFor,
} from '../../../src/backends/local/contextPool.ts';
import type {Engine} from '../../../src/backends/local/loadModel.ts';

/** An engine whose contexts take memory, a unit a token, of which there is only so much. */
function engineWith(memory: number): {engine: Engine; free(): number} {
  let free = memory;
  const createContext = async ({contextSize}: {contextSize: number | {min: number; max: number}}) => {
    await null;
    const size = typeof contextSize === 'number' ? contextSize : contextSize.max;
    if (size > free) throw new Error('out of memory');
    free -= size;
    return {
      contextSize: size,
      getSequence: () => ({compareContextTokens: () => ({firstDifferentIndex: 0})}),
      dispose: async () => {
        free += size;
      },
    };
  };
  const engine = {
    name: 'tiny.gguf',
    contextMax: 100,
    tokenBytes: 0,
    threads: 1,
    log: () => '',
    model: {createContext},
    library: {LlamaChat: class {}},
  };
  return {engine: engine as unknown as Engine, free: () => free};
}

const never = new AbortController().signal;

/** One request that works until it is told to end. */
function worker(pool: ContextPool, wanted: number, signal: AbortSignal = never) {
  const ended = Promise.withResolvers<void>();
  const began = Promise.withResolvers<Place>();
  const done = pool.use([], wanted, signal, async place => {
    began.resolve(place);
    await ended.promise;
    return place.window;
  });
  done.catch(began.reject);
  return {began: began.promise, end: () => ended.resolve(), done};
}

async function useAll(pool: ContextPool, windows: readonly number[]): Promise<void> {
  const workers = windows.map(window => worker(pool, window));
  await Promise.all(workers.map(({began}) => began));
  for (const {end} of workers) end();
  await Promise.all(workers.map(({done}) => done));
}

describe('createContextPool', () => {
  it('lets go of as many idle places as a wider one needs, when nobody works', async () => {
    const {engine, free} = engineWith(100);
    const pool = createContextPool(engine);
    await useAll(pool, [30, 30, 30]);
    expect(pool.sizes()).toEqual([30, 30, 30]);
    expect(await pool.use([], 90, never, async place => place.window)).toBe(90);
    expect([pool.sizes(), free()]).toEqual([[90], 10]);
  });

  it('refuses a window for which there is no memory at all, with its size, and goes on', async () => {
    const {engine} = engineWith(60);
    const pool = createContextPool(engine);
    await useAll(pool, [20, 20]);
    await expect(pool.use([], 90, never, async () => {})).rejects.toMatchObject({
      kind: 'engine',
      hint: expect.stringContaining('less than 90 tokens'),
    });
    expect(await pool.use([], 50, never, async place => place.window)).toBe(50);
  });

  it('waits for the memory of those at work, and lets the waiting be stopped', async () => {
    const {engine} = engineWith(100);
    const pool = createContextPool(engine);
    const first = worker(pool, 60);
    await first.began;
    const controller = new AbortController();
    const stopped = worker(pool, 80, controller.signal);
    const second = worker(pool, 80);
    controller.abort(new Error('stopped'));
    await expect(stopped.done).rejects.toThrow('stopped');
    await stopped.began.catch(() => {});
    first.end();
    await second.began;
    second.end();
    expect([await first.done, await second.done]).toEqual([60, 80]);
    expect(pool.sizes()).toEqual([80]);
  });

  it('wakes who waited for a place that then could not be made', async () => {
    const {engine} = engineWith(50);
    const pool = createContextPool(engine);
    const results = await Promise.allSettled(
      [80, 90, 40].map(wanted => pool.use([], wanted, never, async () => wanted)),
    );
    expect(results.map(({status}) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  });

  it('uses a place again that has the same window', async () => {
    const {engine} = engineWith(100);
    const pool = createContextPool(engine);
    const used: Place[] = [];
    for (let round = 0; round < 2; round++) {
      await pool.use([], 40, never, async place => void used.push(place));
    }
    expect(used[0]).toBe(used[1]);
  });
});

describe('the window to ask for', () => {
  it.each([
    [100, {}, 32_768, undefined],
    [7_168, {}, 32_768, undefined],
    [7_169, {}, 32_768, 16_384],
    [15_500, {}, 32_768, 32_768],
    [40_000, {}, 32_768, 32_768],
    [7_500, {}, 4_096, 4_096],
    [7_500, {max_tokens: 100}, 32_768, undefined],
    [100, {max_tokens: 30_000}, 32_768, undefined],
    [9_000, {num_ctx: 512}, 32_768, 512],
    [100, {num_ctx: 90_000}, 32_768, 32_768],
  ])('for a prompt of %d with %j and at most %d is %s', (prompt, options, most, window) => {
    expect(windowFor(prompt, options, most)).toBe(window);
  });
});
