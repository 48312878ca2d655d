import type {Conversation} from './conversation.ts';
import {type LlmError, toLlmError} from './errors.ts';
import {type Journal, noJournal} from './journal.ts';

/** How a conversation is kept. */
export type KeepOptions = {
  /** False: nothing of the conversation is written. True unless said. */
  stored?: boolean;
  /** Its messages are not in the journal yet: they are written before the next one. */
  unwritten?: boolean;
};

/** Writes what happens in a conversation into the journal, for as long as the journal can be written. */
export type Keeper = {
  /** Does something to the journal. Never throws: after a failure nothing of this conversation is written any more. */
  write(action: (journal: Journal) => void): void;
  /** Writes the messages of a conversation that was made of another one, before the first thing that happens in it. */
  writeCopied(conversation: Conversation): void;
  /** Writes the conversation's own fields, once there is something in it. */
  saveFields(conversation: Conversation): void;
  /** Another conversation is kept from now on; after a failure the journal is tried again. */
  change(options: KeepOptions): void;
  isStored(): boolean;
  /** Why nothing is written any more. */
  failure(): LlmError | null;
};

/** Starts keeping; without a journal nothing ever is. `failed` is told of the first failure of each conversation. */
export function createKeeper(given: Journal | undefined, failed: () => void): Keeper {
  let journal = given ?? noJournal;
  let isStored = given !== undefined;
  let isUnwritten = false;
  let failure: LlmError | null = null;

  const write = (action: (journal: Journal) => void): void => {
    try {
      action(journal);
    } catch (thrown) {
      failure = toLlmError(thrown, 'storage');
      journal = noJournal;
      failed();
    }
  };

  return {
    write,
    writeCopied(conversation) {
      if (!isUnwritten) return;
      isUnwritten = false;
      write(to => to.addConversation(conversation));
    },
    saveFields(conversation) {
      if (conversation.nodes.size > 0 && !isUnwritten) write(to => to.saveConversation(conversation));
    },
    change({stored = true, unwritten = false}) {
      isUnwritten = unwritten;
      isStored = stored && given !== undefined;
      // What kept the one before from being stored may be over: a full disk, a lock.
      failure = null;
      journal = isStored && given ? given : noJournal;
    },
    isStored: () => isStored,
    failure: () => failure,
  };
}
