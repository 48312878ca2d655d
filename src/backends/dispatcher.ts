/** The part of an undici dispatcher that is needed here. */
export type Dispatcher = {destroy(): Promise<void>};

/**
 * A connection pool for the built-in `fetch` without its two hidden limits: by default it gives up after five minutes
 * without headers, and after five minutes of silence in a body, while a large model may take longer to load.
 *
 * There is no public way to lift them without a second copy of undici, so the pool is made from the class of the
 * global one. Returns undefined where that does not work; requests then go out under the default limits.
 *
 * @param connectMs - the longest time for a connection to be made, in ms
 * @param direct - never goes through a proxy, for servers on this machine
 */
export async function createDispatcher(connectMs: number, direct: boolean): Promise<Dispatcher | undefined> {
  try {
    const pool = (): unknown => Reflect.get(globalThis, Symbol.for('undici.globalDispatcher.1'));
    // The global pool is made at the first fetch.
    if (!pool()) await fetch('data:,');
    const shared = pool();
    if (typeof shared !== 'object' || shared === null) return undefined;
    const Pool = shared.constructor as new (options: object) => Dispatcher;
    const made = new Pool({
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: {timeout: connectMs},
      ...(direct && {noProxy: '*'}),
    });
    return typeof made.destroy === 'function' ? made : undefined;
  } catch {
    return undefined;
  }
}
