import type {Conversation} from './conversation.ts';
import {type LlmError, toLlmError} from './errors.ts';
import type {Journal} from './journal.ts';

/** How a conversation is kept. */
export type KeepOptions = {
  /** False: nothing of the conversation is written. True unless said. */
  stored?: boolean;
  /** Its messages are not in the journal yet: they are written before the next one. */
  unwritten?: boolean;
};

/** Writes what happens in a conversation into the journal, for as long as the journal can be written. */
export type Keeper = {
  /**
   * Does something to the journal. Never throws. What meets a lock waits, and everything after it, in its order. After
   * a failure nothing is written any more, until a write that comes with the whole conversation as it is after it
   * succeeds: then all of it is stored.
   */
  write(action: (journal: Journal) => void, whole?: Conversation): void;
  /** Writes the messages of a conversation that was made of another one, before the first thing that happens in it. */
  writeCopied(conversation: Conversation): void;
  /** Writes the conversation's own fields, once there is something in it. */
  saveFields(conversation: Conversation): void;
  /** Another conversation is kept from now on; after a failure the journal is tried again. */
  change(options: KeepOptions): void;
  isStored(): boolean;
  /** Why nothing is written any more. */
  failure(): LlmError | null;
  /** Settles when what waits for a lock has been written or given up; undefined when nothing waits. */
  settled(): Promise<void> | undefined;
};

export type KeeperSettings = {
  /** Without one nothing is ever kept. */
  journal?: Journal | undefined;
  /** Why the journal could not be opened, when that is known already. */
  failure?: LlmError | undefined;
  /** How long a locked journal is waited for, in ms. */
  patienceMs: number;
  /** Called after storing has failed, and after it has succeeded again. */
  changed(): void;
};

type Action = (journal: Journal) => void;

/** Starts keeping. */
export function createKeeper({journal, patienceMs, changed, ...settings}: KeeperSettings): Keeper {
  let isStored = journal !== undefined;
  let isUnwritten = false;
  let failure: LlmError | null = settings.failure ?? null;
  let waiting: readonly Action[] = [];
  let waited = 0;
  let settled: PromiseWithResolvers<void> | undefined;

  const fail = (error: LlmError): void => {
    failure = error;
    changed();
  };

  /** Writes what waits, as far as it can be written. */
  const writeWaiting = (to: Journal): void => {
    try {
      for (let next = waiting[0]; next; next = waiting[0]) {
        next(to);
        waiting = waiting.slice(1);
      }
    } catch (thrown) {
      const error = toLlmError(thrown, 'storage');
      const pause = error.retryAfterMs;
      if (pause !== undefined && waited < patienceMs) {
        waited += pause;
        settled ??= Promise.withResolvers();
        setTimeout(writeWaiting, pause, to);
        return;
      }
      waiting = [];
      fail(error);
    }
    waited = 0;
    settled?.resolve();
    settled = undefined;
  };

  const writeAll = (to: Journal, whole: Conversation): void => {
    try {
      to.addConversation(whole);
    } catch {
      // It is as it was, and has been told.
      return;
    }
    failure = null;
    isUnwritten = false;
    changed();
  };

  const write = (action: Action, whole?: Conversation): void => {
    if (!isStored || !journal) return;
    if (failure) {
      if (whole) writeAll(journal, whole);
      return;
    }
    waiting = [...waiting, action];
    if (waiting.length === 1) writeWaiting(journal);
  };

  return {
    write,
    writeCopied(conversation) {
      if (!isUnwritten) return;
      isUnwritten = false;
      write(to => to.addConversation(conversation), conversation);
    },
    saveFields(conversation) {
      if (conversation.nodes.size > 0 && !isUnwritten) write(to => to.saveConversation(conversation));
    },
    change({stored = true, unwritten = false}) {
      isUnwritten = unwritten;
      isStored = stored && journal !== undefined;
      // What kept the one before from being stored may be over: a full disk, a lock.
      failure = null;
    },
    isStored: () => isStored,
    failure: () => failure,
    settled: () => settled?.promise,
  };
}
