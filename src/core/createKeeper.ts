import type {Conversation} from './conversation.ts';
import {type LlmError, toLlmError} from './errors.ts';
import type {Journal} from './journal.ts';
import {untilAborted} from './untilAborted.ts';

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
   * a failure nothing is written any more, until the whole conversation can be written: that is tried with each write
   * that comes with it, and every few seconds.
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
  /**
   * Waits for what waits, and tries once more to write what could not be written; a lock is waited for as long as
   * `patienceMs` says. Never throws; an abort ends the waiting.
   */
  writeRest(options: RestOptions): Promise<void>;
};

export type RestOptions = {
  /** How long a lock is waited for, in ms. */
  patienceMs?: number;
  signal?: AbortSignal;
};

export type KeeperSettings = {
  /** Without one nothing is ever kept. */
  journal?: Journal | undefined;
  /** Why the journal could not be opened, when that is known already. */
  failure?: LlmError | undefined;
  /** How long a locked journal is waited for, in ms. */
  patienceMs: number;
  /** How long after a failure it is tried again, in ms. */
  retryMs: number;
  /** The whole conversation as it is now; undefined while an answer streams, at whose end it is written anyway. */
  whole(): Conversation | undefined;
  /** Called after storing has failed, and after it has succeeded again. */
  changed(): void;
};

type Action = (journal: Journal) => void;

/** Starts keeping. */
export function createKeeper(settings: KeeperSettings): Keeper {
  const {journal, patienceMs, retryMs, whole: wholeNow, changed} = settings;
  let isStored = journal !== undefined;
  let isUnwritten = false;
  let failure: LlmError | null = settings.failure ?? null;
  let waiting: readonly Action[] = [];
  let waited = 0;
  let settled: PromiseWithResolvers<void> | undefined;
  /** Whether a failure has left something to be written. */
  let hasRest = false;
  let retry: ReturnType<typeof setTimeout> | undefined;

  /** Tries again later what could not be written; that keeps no program running. */
  const retrySoon = (): void => {
    if (retry || !Number.isFinite(retryMs)) return;
    retry = setTimeout(() => {
      retry = undefined;
      const rest = wholeNow();
      if (!rest || writeRest(rest)) retrySoon();
    }, retryMs);
    retry.unref();
  };
  const endRetries = (): void => {
    clearTimeout(retry);
    retry = undefined;
  };

  const fail = (error: LlmError): void => {
    failure = error;
    hasRest = true;
    retrySoon();
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

  /** Writes the whole conversation. Why that failed is told once only; here it is returned. */
  const writeAll = (to: Journal, whole: Conversation): LlmError | null => {
    try {
      to.addConversation(whole);
    } catch (thrown) {
      hasRest = true;
      retrySoon();
      return toLlmError(thrown, 'storage');
    }
    endRetries();
    hasRest = false;
    failure = null;
    isUnwritten = false;
    changed();
    return null;
  };

  /** The same, where there is something to be written. */
  const writeRest = (whole: Conversation): LlmError | null =>
    hasRest && isStored && journal ? writeAll(journal, whole) : null;

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
      hasRest = false;
      endRetries();
    },
    isStored: () => isStored,
    failure: () => failure,
    settled: () => settled?.promise,
    async writeRest({patienceMs: longest = patienceMs, signal}) {
      const began = performance.now();
      const pauseFor = async (work: Promise<void>): Promise<void> => {
        await (signal ? untilAborted(work, signal).catch(() => {}) : work);
      };
      if (settled) await pauseFor(settled.promise);
      for (;;) {
        const rest = wholeNow();
        const pause = rest && writeRest(rest)?.retryAfterMs;
        if (pause === undefined || signal?.aborted || performance.now() - began >= longest) return;
        await pauseFor(new Promise(resolve => setTimeout(resolve, pause)));
      }
    },
  };
}
