import type {Vote} from '../core/compare/vote.ts';
import type {Conversation} from '../core/conversation.ts';
import type {Journal} from '../core/journal.ts';
import {
  type ConversationSummary,
  findConversation,
  type ListOptions,
  lastAnsweringModel,
  latestConversation,
  listConversations,
} from './listConversations.ts';
import {type Migration, migrate} from './migrations.ts';
import {type Database, openDatabase} from './openDatabase.ts';
import {readConversation} from './readConversation.ts';
import {interruptAnswers, type Recovered, recoverAnswers, registerWriter} from './recoverAnswers.ts';
import {type SearchHit, searchMessages} from './searchMessages.ts';
import {readVotes, saveVote} from './votes.ts';
import {writeJournal} from './writeJournal.ts';

/** The conversations on disk. Everything throws `LlmError` (kind `storage`) that names the file and the reason. */
export type Store = Journal & {
  readonly path: string;
  /** What the person should be told: files and folders that others could read. */
  readonly warnings: readonly string[];
  /** Answers that a program left unfinished when it died, now kept as `interrupted`. */
  readonly recovered: readonly Recovered[];
  /** The copy that was made before the file was brought to this program's version. */
  readonly backup?: string;
  /** Throws `LlmError` (`usage`) for an unknown id. */
  load(id: string): Conversation;
  /** The id of the conversation that was changed last. */
  latest(): string | undefined;
  /** The full name of the model that last gave an answer. */
  lastModel(): string | undefined;
  list(options: ListOptions): ConversationSummary[];
  /** The id that begins so. Throws `LlmError` (`usage`) when there is none or more than one. */
  find(idPrefix: string): string;
  search(text: string, limit: number): SearchHit[];
  /** Keeps a judgement of answers in a stored conversation; one with the same id is replaced. */
  saveVote(vote: Vote): void;
  /** Every judgement, the oldest first. */
  votes(): Vote[];
  /** Looks once more for answers of programs that have died since. */
  recover(): Recovered[];
  /** Ends the writing: answers of this program that are still open become `interrupted`. */
  close(): void;
};

export type OpenStoreOptions = {
  path: string;
  /** The person's home folder, which is never made private. */
  home?: string;
  /** Where the copy made before a migration goes; the file's own folder unless said. */
  backupFolder?: string;
  migrations?: readonly Migration[];
  /** ms since 1970. */
  now?: () => number;
};

/**
 * Opens the store, creating the file and its folder where they are missing; makes them private; brings an older file
 * to this version; keeps what a killed program left. Throws `LlmError` (kind `storage`).
 */
export function openStore(options: OpenStoreOptions): Store {
  const now = options.now ?? Date.now;
  const database = openDatabase(options.path, options.home);
  try {
    const backup = migrate(database, {
      now: now(),
      ...(options.backupFolder !== undefined && {backupFolder: options.backupFolder}),
      ...(options.migrations && {migrations: options.migrations}),
    });
    return {...storeOver(database, now), ...(backup !== undefined && {backup})};
  } catch (error) {
    database.close();
    throw error;
  }
}

/** The store over a database that is open and of the newest version. */
export function storeOver(database: Database, now: () => number): Store {
  let writer: number | undefined;
  const recovered = recoverAnswers(database, now());
  return {
    ...writeJournal(database, () => {
      writer ??= registerWriter(database);
      return writer;
    }),
    path: database.path,
    warnings: database.warnings,
    recovered,
    load: id => readConversation(database, id),
    latest: () => latestConversation(database),
    lastModel: () => lastAnsweringModel(database),
    list: listOptions => listConversations(database, listOptions),
    find: idPrefix => findConversation(database, idPrefix),
    search: (text, limit) => searchMessages(database, text, limit),
    saveVote: vote => saveVote(database, vote),
    votes: () => readVotes(database),
    recover: () => recoverAnswers(database, now()),
    close() {
      try {
        if (writer !== undefined) interruptAnswers(database, writer);
      } catch {
        // The next start does it: this program will be found dead.
      }
      database.close();
    },
  };
}
