export type EventQueue<T> = {
  push: (event: T) => void;
  /** Ends the queue: what has not been taken yet is dropped, and `next` throws. Only the first failure counts. */
  fail: (error: Error) => void;
  next(): Promise<T>;
};

/** Hands events that are pushed at any time to one reader that takes them in its own time. */
export function createEventQueue<T>(): EventQueue<T> {
  const events: T[] = [];
  let failure: Error | undefined;
  let wake: (() => void) | undefined;
  return {
    push: event => {
      if (failure) return;
      events.push(event);
      wake?.();
    },
    fail: error => {
      failure ??= error;
      wake?.();
    },
    async next() {
      for (;;) {
        if (failure) throw failure;
        const event = events.shift();
        if (event !== undefined) return event;
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      }
    },
  };
}
