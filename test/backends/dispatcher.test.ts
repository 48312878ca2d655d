import {afterEach, describe, expect, it} from 'vitest';
import {createDispatcher, type Dispatcher} from '../../src/backends/dispatcher.ts';

const made: Dispatcher[] = [];
afterEach(async () => {
  for (const pool of made.splice(0)) await pool.destroy();
});

/** The options that undici keeps in a pool, under a symbol of its own. */
function optionsOf(pool: Dispatcher): {headersTimeout?: number; bodyTimeout?: number} | undefined {
  const key = Object.getOwnPropertySymbols(pool).find(symbol => symbol.description === 'options');
  return key && Reflect.get(pool, key);
}

async function make(proxy?: string): Promise<Dispatcher> {
  const pool = await createDispatcher(5_000, proxy);
  if (!pool) throw new Error('no pool');
  made.push(pool);
  return pool;
}

describe('createDispatcher', () => {
  it('makes a pool that waits for headers and bodies without a limit of its own', async () => {
    expect(optionsOf(await make())).toMatchObject({headersTimeout: 0, bodyTimeout: 0});
  });

  it('makes one that goes through a proxy, and leaves the pool of the program alone', async () => {
    const usual = Reflect.get(globalThis, Symbol.for('undici.globalDispatcher.1'));
    const pool = await make('http://127.0.0.1:3128');
    expect(pool.constructor.name).toContain('Proxy');
    expect(Reflect.get(globalThis, Symbol.for('undici.globalDispatcher.1'))).toBe(usual);
  });
});
