/** A short remark in the status line that goes away by itself. */
export type Hint = {
  show(text: string): void;
  /** Takes a remark away before its time, if it is the one that is shown. */
  drop(text: string): void;
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
  const drop = (): void => {
    clearTimeout(timer);
    set('');
  };
  return {
    show(next) {
      clearTimeout(timer);
      timer = setTimeout(drop, lifeMs);
      timer.unref();
      set(next);
    },
    drop(shown) {
      if (text === shown) drop();
    },
    snapshot: () => text,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
