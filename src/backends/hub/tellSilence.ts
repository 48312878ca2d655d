import type {TransportReply} from '../transport.ts';

/** Reads on, and yields `silence` each time that nothing has come for so many ms. */
export async function* tellSilence(
  reply: Pick<TransportReply, 'chunks' | 'discard'>,
  ms: number,
): AsyncGenerator<Uint8Array | 'silence'> {
  const chunks = reply.chunks[Symbol.asyncIterator]();
  let isOver = false;
  try {
    for (;;) {
      const next = chunks.next();
      // Whoever leaves at a silence hears no more of it.
      next.catch(() => {});
      let result = await firstOf(next, ms);
      while (result === 'silence') {
        yield result;
        result = await firstOf(next, ms);
      }
      isOver = result.done === true;
      if (result.done) return;
      yield result.value;
    }
  } catch (thrown) {
    isOver = true;
    throw thrown;
  } finally {
    if (!isOver) {
      reply.discard();
      await chunks.return?.().catch(() => {});
    }
  }
}

async function firstOf<T>(next: Promise<T>, ms: number): Promise<T | 'silence'> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<'silence'>(resolve => {
    timer = setTimeout(resolve, ms, 'silence');
  });
  try {
    return await Promise.race([next, silence]);
  } finally {
    clearTimeout(timer);
  }
}
