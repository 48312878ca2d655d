export type ReadAheadWatch = {
  /** Called for each chunk as it arrives. */
  arrived(): void;
  /** Called when reading stops because nobody takes what was read, and when it goes on. */
  paused(): void;
  resumed(): void;
};

/**
 * Reads a source as fast as it comes, up to `limit` bytes ahead of whoever takes the chunks. A web stream that fails
 * throws away what was not taken yet; here a failure comes after everything that came before it.
 */
export async function* readAhead(
  source: AsyncGenerator<Uint8Array>,
  limit: number,
  watch: ReadAheadWatch,
): AsyncGenerator<Uint8Array> {
  let queue: Uint8Array[] = [];
  let queued = 0;
  let end: {thrown?: unknown} | undefined;
  let changed = Promise.withResolvers<void>();
  const change = (): void => {
    changed.resolve();
    changed = Promise.withResolvers();
  };

  const pump = async (): Promise<void> => {
    try {
      for await (const chunk of source) {
        watch.arrived();
        queue.push(chunk);
        queued += chunk.byteLength;
        change();
        if (queued <= limit) continue;
        watch.paused();
        while (queued > limit && !end) await changed.promise;
        watch.resumed();
        if (end) return;
      }
      end ??= {};
    } catch (thrown) {
      end ??= {thrown};
    }
    change();
  };
  void pump();
  try {
    for (;;) {
      const taken = queue;
      queue = [];
      for (const chunk of taken) {
        yield chunk;
        queued -= chunk.byteLength;
      }
      if (taken.length > 0) change();
      else if (end) break;
      else await changed.promise;
    }
    if ('thrown' in end) throw end.thrown;
  } finally {
    end ??= {};
    change();
  }
}
