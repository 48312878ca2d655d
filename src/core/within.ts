/** What a work comes to, or undefined when that takes longer than `ms`; the work goes on. Rejects when the work does. */
export async function within<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  const {promise: late, resolve} = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, ms, undefined);
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
