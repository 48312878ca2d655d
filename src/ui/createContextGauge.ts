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

  const ask = async (key: string, model: string): Promise<void> => {
    asked = key;
    const found = await contextWindow(model).catch(() => undefined);
    if (asked !== key || found === window) return;
    window = found;
    for (const listener of listeners) listener();
  };
  const follow = (): void => {
    const {conversation, live} = session.snapshot();
    const {model, head} = conversation;
    if (model === '' || live) return;
    const answered = head !== null && conversation.nodes.get(head)?.model === model;
    const key = answered ? `${model} answered` : model;
    if (key !== asked && asked !== `${model} answered`) void ask(key, model);
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
