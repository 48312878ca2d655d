import {setTimeout as pause} from 'node:timers/promises';
import type {Conversation} from '../../core/conversation.ts';
import type {Journal} from '../../core/journal.ts';
import type {Database} from '../openDatabase.ts';
import {type ImportOutcome, type Planned, takeConversation} from './takeConversation.ts';
import {type Change, undoImport} from './undoImport.ts';

/** An import of any length beside which other programs can store what is said in them. Throws `LlmError` (`storage`). */
export type Importer = {
  /** Takes conversations in, and resolves with what became of each. */
  take(conversations: Iterable<Conversation>): Promise<ImportOutcome[]>;
  /** Takes back all that was taken in, as far as nobody has gone on with it. */
  undo(): Promise<void>;
};

export type ImporterOptions = {
  /** Writes nothing, and counts what it would write. */
  dryRun?: boolean;
  /** How long the lock is held at a time, in ms. */
  sliceMs?: number;
  /**
   * How long it is left to others then, in ms: longer than the 100 ms after which they look for it at the latest
   * (sqlite3.c, `sqliteDefaultBusyCallback`).
   */
  pauseMs?: number;
};

/**
 * Takes conversations in with many short transactions. Killed on its way, an import is completed by running it again.
 */
export function createImporter(
  database: Database,
  saveConversation: Journal['saveConversation'],
  {dryRun = false, sliceMs = 150, pauseMs = 110}: ImporterOptions = {},
): Importer {
  const planned: Planned | undefined = dryRun ? {conversations: new Map(), messages: new Set()} : undefined;
  const changes: Change[] = [];
  let heldMs = 0;

  function* takeAll(conversations: Iterable<Conversation>, outcomes: ImportOutcome[]) {
    for (const conversation of conversations) {
      const options = planned ? {planned} : {onChange: (change: Change) => void changes.push(change)};
      outcomes.push(yield* takeConversation(database, saveConversation, conversation, options));
      yield;
    }
  }
  /** Does as many steps as there is time for, in one transaction. False once there are no more. */
  const slice = (steps: Iterator<undefined>): boolean => {
    const began = performance.now();
    const work = (): boolean => {
      while (!steps.next().done) if (heldMs + performance.now() - began >= sliceMs) return true;
      return false;
    };
    const isMore = planned ? work() : database.transaction(work);
    heldMs += performance.now() - began;
    return isMore;
  };
  const rest = async (): Promise<void> => {
    if (heldMs < sliceMs) return;
    if (!planned) await pause(pauseMs);
    heldMs = 0;
  };

  return {
    async take(conversations) {
      const outcomes: ImportOutcome[] = [];
      const steps = takeAll(conversations, outcomes);
      for (let isMore = true; isMore; ) {
        isMore = slice(steps);
        await rest();
      }
      return outcomes;
    },
    async undo() {
      for (let change = changes.pop(); change; change = changes.pop()) {
        const began = performance.now();
        undoImport(database, change);
        heldMs += performance.now() - began;
        await rest();
      }
    },
  };
}
