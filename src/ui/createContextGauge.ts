import type {Session} from '../core/session.ts';

/** The context window of the model that answers next, in tokens; undefined while or where it is not known. */
export type ContextGauge = {
  snapshot(): number | undefined;
  subscribe(listener: () => void): () => void;
};

/**
 * Asks for the window when the model changes, and again when its first answer has ended: a server that loads models
 * on demand only then says what it has really allocated.
 */
export function createContextGauge(
  session: Session,
  contextWindow: (model: string) => Promise<number | undefined>,
): ContextGauge {
  const listeners = new Set<() => void>();
  let window: number | undefined;
  let asked = '';
  let model = '';

  const set = (next: number | undefined): void => {
    if (next === window) return;
    window = next;
    for (const listener of listeners) listener();
  };
  const ask = async (key: string): Promise<void> => {
    asked = key;
    const found = await contextWindow(model).catch(() => undefined);
    if (asked === key) set(found);
  };
  const follow = (): void => {
    const {conversation, live} = session.snapshot();
    if (conversation.model !== model) {
      model = conversation.model;
      set(undefined);
      if (model !== '') void ask(model);
      return;
    }
    const last = conversation.head === null ? undefined : conversation.nodes.get(conversation.head);
    const key = `${model} answered`;
    if (!live && last?.model === model && asked !== key) void ask(key);
  };
  follow();

  return {
    snapshot: () => window,
    subscribe(listener) {
      listeners.add(listener);
      const unfollow = session.subscribe(follow);
      return () => {
        listeners.delete(listener);
        unfollow();
      };
    },
  };
}
