/** A short remark in the status line that goes away by itself. */
export type Hint = {
  show(text: string): void;
  snapshot(): string;
  subscribe(listener: () => void): () => void;
};

export function createHint(lifeMs = 2000): Hint {
  const listeners = new Set<() => void>();
  let text = '';
  let timer: NodeJS.Timeout | undefined;
  const set = (next: string): void => {
    text = next;
    for (const listener of listeners) listener();
  };
  return {
    show(next) {
      clearTimeout(timer);
      timer = setTimeout(() => set(''), lifeMs);
      timer.unref();
      set(next);
    },
    snapshot: () => text,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
