import {statSync} from 'node:fs';
import type {Conversation} from '../core/conversation.ts';
import type {Journal} from '../core/journal.ts';
import {backupDatabase} from './backupDatabase.ts';
import {archiveConversation, renameConversation} from './changeConversation.ts';
import {discard, markDeleted, purgeAbandoned, purgeOwn, restoreDeleted} from './deletedConversations.ts';
import {importConversations, type TakeConversation} from './import/importConversations.ts';
import {
  type ConversationSummary,
  findConversation,
  type ListOptions,
  lastAnsweringModel,
  latestConversation,
  listConversations,
  unchangedConversations,
} from './listConversations.ts';
import {type Migration, migrate} from './migrations.ts';
import {type Database, openDatabase} from './openDatabase.ts';
import {readConversation} from './readConversation.ts';
import {interruptAnswers, type Recovered, recoverAnswers, registerWriter} from './recoverAnswers.ts';
import {type SearchOptions, type SearchResult, searchMessages} from './searchMessages.ts';
import {wipe} from './wipe.ts';
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
  /** Looks through all prompts, answers and titles. Throws `LlmError` (`usage`) for a filter that makes no sense. */
  search(typed: string, options: Omit<SearchOptions, 'now'>): SearchResult;
  /** Gives a conversation another title. Throws `LlmError` (`usage`) for an unknown id. */
  rename(id: string, title: string): void;
  /** Puts a conversation away from the list, or back into it. Throws `LlmError` (`usage`) for an unknown id. */
  archive(id: string, away: boolean): void;
  /**
   * Hides a conversation from everything; it is removed for good when the store is closed. Throws `LlmError` (`usage`)
   * for an unknown id, or when another program is answering in it.
   */
  delete(id: string): void;
  /**
   * Removes conversations for good, without a way back. Throws `LlmError` (`usage`) when another program is answering in
   * one of them, and removes none then.
   */
  discard(ids: readonly string[]): void;
  /**
   * Takes the last bytes of what was removed out of the files, as closing does too. False where another program is in
   * the way; it is done later then.
   */
  wipe(): boolean;
  /** Brings back what this store has deleted. False when there is no such conversation any more. */
  restore(id: string): boolean;
  /** Conversations outside the archive that have not been changed since then (ms since 1970), oldest first. */
  unchangedSince(time: number): string[];
  /** Writes a copy of the whole database to a new file. Throws `LlmError`, also when there is a file of that name. */
  copyTo(file: string): void;
  /** Takes conversations of files in, all or nothing; with `dryRun` only counts them. */
  importConversations<T>(work: (take: TakeConversation) => T, options?: {dryRun?: boolean}): T;
  /** Looks once more for answers of programs that have died since. */
  recover(): Recovered[];
  /**
   * Ends the writing: answers of this program that are still open become `interrupted`, and what it deleted is removed
   * for good.
   */
  close(): void;
};

/** Up to this size of the file, what a program left to be wiped is wiped at the start: in bytes, some tenths of a second. */
const quicklyWiped = 32e6;

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
  const known = new Map<string, string>();
  const ownWriter = (): number => {
    writer ??= registerWriter(database);
    return writer;
  };
  tidy(database, now());
  const recovered = recoverAnswers(database, now());
  const journal = writeJournal(database, ownWriter, known);
  return {
    ...journal,
    path: database.path,
    warnings: database.warnings,
    recovered,
    load(id) {
      const conversation = readConversation(database, id);
      known.set(id, conversation.title);
      return conversation;
    },
    latest: () => latestConversation(database),
    lastModel: () => lastAnsweringModel(database),
    list: listOptions => listConversations(database, {...listOptions, now: now()}),
    find: idPrefix => findConversation(database, idPrefix),
    search: (typed, searchOptions) => searchMessages(database, typed, {...searchOptions, now: now()}),
    rename: (id, title) => renameConversation(database, id, title),
    archive: (id, away) => archiveConversation(database, id, away ? now() : null),
    delete: id => markDeleted(database, id, ownWriter(), now()),
    discard: ids => discard(database, ids, writer),
    wipe: () => wipe(database),
    restore: id => writer !== undefined && restoreDeleted(database, id, writer),
    unchangedSince: time => unchangedConversations(database, time),
    copyTo: file => backupDatabase(database, file),
    importConversations: (work, importOptions) =>
      importConversations(database, journal.saveConversation, work, importOptions),
    recover: () => recoverAnswers(database, now()),
    close() {
      // Whatever fails here is done by the next start: this program will be found dead.
      attempt(() => writer !== undefined && purgeOwn(database, writer));
      attempt(() => writer !== undefined && interruptAnswers(database, writer));
      attempt(() => wipe(database));
      database.close();
    },
  };
}

/** Removes what programs that have died had deleted, and wipes what they could not. */
function tidy(database: Database, now: number): void {
  attempt(() => {
    purgeAbandoned(database, now);
    const {size} = statSync(database.path);
    if (size <= quicklyWiped) wipe(database, 200);
  });
}

/** Does what can be done later as well. */
function attempt(work: () => unknown): void {
  try {
    work();
  } catch {
    // It stays to be done.
  }
}
