import type {ModelShelf} from './modelShelf.ts';

/** Asks about the model that is looked at what its backend's list does not tell. */
export type Attention = {
  /** Says which model (full name) is selected; null for none. */
  turnTo(name: string | null): void;
};

/** A model is asked about once it has been selected for `pauseMs`: those that are only passed by are not. */
export function createAttention(shelf: Pick<ModelShelf, 'learn'>, pauseMs = 120): Attention {
  let current: string | null = null;
  let timer: NodeJS.Timeout | undefined;
  let asking = new AbortController();
  return {
    turnTo(name) {
      if (name === current) return;
      current = name;
      clearTimeout(timer);
      asking.abort();
      if (name === null) return;
      asking = new AbortController();
      const {signal} = asking;
      timer = setTimeout(() => void shelf.learn(name, signal), pauseMs);
    },
  };
}
