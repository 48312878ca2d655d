import {LlmError} from '../core/errors.ts';

/** The part of an undici dispatcher that is needed here. */
export type Dispatcher = {destroy(): Promise<void>};

type PoolClass = new (options: object) => Dispatcher;

/**
 * A connection pool for the built-in `fetch` without its two hidden limits: by default it gives up after five minutes
 * without headers, and after five minutes of silence in a body, while a large model may take longer to load.
 *
 * There is no public way to lift them without a second copy of undici, so the pool is made from the class of the
 * global one. Returns undefined where that does not work; requests then go out under the default limits. Throws
 * `unreachable` where there is a proxy and this Node cannot use it.
 *
 * @param connectMs - the longest time for a connection to be made, in ms
 * @param proxy - goes through the proxy at this address; without one, through none
 */
export async function createDispatcher(connectMs: number, proxy?: string): Promise<Dispatcher | undefined> {
  try {
    // The global pool is made at the first fetch.
    if (!globalPool()) await fetch('data:,');
    const Pool = proxy === undefined ? classOf(globalPool()) : await proxyClass();
    const timeout = connectMs;
    const made =
      Pool &&
      new Pool({
        headersTimeout: 0,
        bodyTimeout: 0,
        connect: {timeout},
        proxyTls: {timeout},
        requestTls: {timeout},
        // A pool that knows of proxies is told which; it would look into the environment otherwise.
        httpProxy: proxy ?? '',
        httpsProxy: proxy ?? '',
        noProxy: proxy === undefined ? '*' : '',
      });
    if (typeof made?.destroy === 'function') return made;
  } catch {
    // The class is not what it was taken for.
  }
  if (proxy === undefined) return undefined;
  throw new LlmError({
    kind: 'unreachable',
    message: 'This version of Node cannot go through a proxy.',
    hint: 'Run the program on a newer Node 24, or put the host into NO_PROXY.',
  });
}

function globalPool(): unknown {
  return Reflect.get(globalThis, Symbol.for('undici.globalDispatcher.1'));
}

function classOf(pool: unknown): PoolClass | undefined {
  return typeof pool === 'object' && pool !== null ? (pool.constructor as PoolClass) : undefined;
}

/** The class of pools that know of proxies: it shows itself when Node is told to use one, which is taken back at once. */
async function proxyClass(): Promise<PoolClass | undefined> {
  const {default: http} = await import('node:http');
  const own = classOf(globalPool());
  if (typeof http.setGlobalProxyFromEnv !== 'function') return own?.name.includes('Proxy') ? own : undefined;
  const restore = http.setGlobalProxyFromEnv({
    http_proxy: 'http://127.0.0.1',
    https_proxy: 'http://127.0.0.1',
  });
  try {
    return classOf(globalPool());
  } finally {
    restore();
  }
}
