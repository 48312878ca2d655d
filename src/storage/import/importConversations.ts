import type {Conversation} from '../../core/conversation.ts';
import type {Journal} from '../../core/journal.ts';
import type {Database} from '../openDatabase.ts';
import {type ImportOutcome, takeConversation} from './takeConversation.ts';

/** Puts one conversation among the stored ones. */
export type TakeConversation = (conversation: Conversation) => ImportOutcome;

/**
 * Runs an import as one transaction: whatever `work` throws, nothing of it stays. For a few conversations; many hold
 * every other program up, and go through `createImporter`.
 */
export function importConversations<T>(
  database: Database,
  saveConversation: Journal['saveConversation'],
  work: (take: TakeConversation) => T,
): T {
  return database.transaction(() =>
    work(conversation => {
      const steps = takeConversation(database, saveConversation, conversation);
      for (;;) {
        const step = steps.next();
        if (step.done) return step.value;
      }
    }),
  );
}
