/** Tells listeners that something changed: at once, or together with what changes soon after. */
export type Notifier = {
  /** Tells now. */
  now(): void;
  /** Tells after the interval, unless it is told before that. */
  soon(): void;
  /** Calls back after a change. Returns the unsubscriber. */
  subscribe(listener: () => void): () => void;
};

/** Starts without listeners; `intervalMs` is the longest time for which `soon` waits. */
export function createNotifier(intervalMs: number, beforeTelling: () => void): Notifier {
  const listeners = new Set<() => void>();
  let timer: NodeJS.Timeout | undefined;

  const now = (): void => {
    clearTimeout(timer);
    timer = undefined;
    beforeTelling();
    for (const listener of [...listeners]) listener();
  };

  return {
    now,
    soon() {
      timer ??= setTimeout(now, intervalMs);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
