import {statSync} from 'node:fs';
import {dirname} from 'node:path';
import type {Vote} from '../core/compare/vote.ts';
import type {Conversation} from '../core/conversation.ts';
import {LlmError} from '../core/errors.ts';
import type {Journal} from '../core/journal.ts';
import {backupDatabase} from './backupDatabase.ts';
import {archiveConversation, renameConversation} from './changeConversation.ts';
import {discard, markDeleted, purgeAbandoned, purgeOwn, restoreDeleted} from './deletedConversations.ts';
import {createImporter, type Importer} from './import/createImporter.ts';
import {importConversations, type TakeConversation} from './import/importConversations.ts';
import {type CountedAnswer, listAnswers} from './listAnswers.ts';
import {
  type ConversationSummary,
  findConversation,
  type ListOptions,
  lastAnsweringModel,
  latestConversation,
  listConversations,
  unchangedConversations,
} from './listConversations.ts';
import {type Migration, migrate, migrations, requireVersion} from './migrations.ts';
import {type Database, openDatabase, openReadOnly} from './openDatabase.ts';
import {readConversation} from './readConversation.ts';
import {type ModelUse, readModelUse} from './readModelUse.ts';
import {interruptAnswers, type Recovered, recoverAnswers, registerWriter} from './recoverAnswers.ts';
import {describeSetAside} from './salvage/describeSetAside.ts';
import {isMarkedDamaged, markDamaged, setAside} from './salvage/setAside.ts';
import {type SearchOptions, type SearchResult, searchMessages} from './searchMessages.ts';
import {atNextStart, isBusy, isDamage, storageError} from './storageError.ts';
import {readVotes, saveVote} from './votes.ts';
import {whyUnwritable} from './whyUnwritable.ts';
import {wipe} from './wipe.ts';
import {writeJournal} from './writeJournal.ts';

/** The conversations on disk. Everything throws `LlmError` (kind `storage`) that names the file and the reason. */
export type Store = Journal & {
  readonly path: string;
  /** What the person should be told: files and folders that others could read, a damaged file that was set aside. */
  readonly warnings: readonly string[];
  /** Why it can only be read; undefined where it can be written too. */
  readonly readOnly?: LlmError;
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
  /** How the models that have answered here were used, by their full names. */
  modelUse(): ReadonlyMap<string, ModelUse>;
  list(options: ListOptions): ConversationSummary[];
  /** The answers of all conversations since a time, in ms since 1970, without their texts. */
  answersSince(since: number): CountedAnswer[];
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
  /** Takes a few conversations in, all or nothing. */
  importConversations<T>(work: (take: TakeConversation) => T): T;
  /** Begins an import of any length; with `dryRun` it only counts. */
  importer(options?: {dryRun?: boolean}): Importer;
  /** Keeps a judgement of answers in a stored conversation; one with the same id is replaced. */
  saveVote(vote: Vote): void;
  /** Every judgement, the oldest first. */
  votes(): Vote[];
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
  /** What to do about a damaged file: set it aside and save what can be read, or refuse it. `salvage` unless said. */
  onDamage?: 'salvage' | 'refuse';
  /** How long a lock is waited for, in ms: while opening, and by each call of the journal. Five seconds unless said. */
  waitMs?: number;
  /** Why one of these files and folders cannot be written, if so. */
  whyUnwritable?: (paths: readonly string[]) => string | undefined;
  /** ms since 1970. */
  now?: () => number;
};

/**
 * Opens the store, creating the file and its folder where they are missing; makes them private; brings an older file
 * to this version; keeps what a killed program left; sets a damaged file aside and begins a new one with all that can
 * be read of it. What cannot be written is opened to be read: `readOnly` says so. Throws `LlmError` (kind `storage`).
 */
export function openStore(options: OpenStoreOptions): Store {
  const {path, onDamage = 'salvage'} = options;
  if (!isMarkedDamaged(path)) {
    if (isBeheaded(path)) markDamaged(path);
    else {
      try {
        const store = openSound(options);
        // Another program may have begun to replace the file since the look above.
        if (!isMarkedDamaged(path)) return store;
        store.close();
      } catch (error) {
        if (!isDamage(error)) throw error;
        markDamaged(path);
        if (!isMarkedDamaged(path)) throw error;
      }
    }
  }
  if (onDamage === 'refuse') {
    throw new LlmError({kind: 'storage', message: `${path}: the database is damaged`, hint: atNextStart});
  }
  const done = setAside(path, options.migrations ?? migrations, (options.now ?? Date.now)());
  const store = openSound(options);
  return done ? {...store, warnings: [...store.warnings, describeSetAside(path, done)]} : store;
}

function openSound(options: OpenStoreOptions): Store {
  const {path, whyUnwritable: why = whyUnwritable} = options;
  // SQLite opens such a file all the same, and says so only when something is written.
  const refused = why([path]);
  if (refused !== undefined) return openReadable(options, refused);
  try {
    return openWritable(options);
  } catch (thrown) {
    // It needs files of its own in the folder, where they are not there already.
    const reason = isBusy(thrown) || isDamage(thrown) ? undefined : why([dirname(path)]);
    if (reason === undefined || !statSync(path, {throwIfNoEntry: false})) throw thrown;
    return openReadable(options, reason);
  }
}

function openReadable(
  {path, migrations: steps = migrations, now = Date.now}: OpenStoreOptions,
  reason: string,
): Store {
  const database = openReadOnly(path);
  try {
    requireVersion(database, steps);
    const readOnly = new LlmError({
      kind: 'storage',
      message: `${path}: ${reason}`,
      hint: 'What is there can be read',
    });
    return {...storeOver(database, now, {isReadOnly: true}), readOnly};
  } catch (error) {
    database.close();
    throw error;
  }
}

function openWritable(options: OpenStoreOptions): Store {
  const {path, home, waitMs, now = Date.now} = options;
  const database = openDatabase(path, {
    ...(home !== undefined && {home}),
    ...(waitMs !== undefined && {waitMs}),
  });
  try {
    const backup = migrate(database, {
      now: now(),
      ...(waitMs !== undefined && {waitMs}),
      ...(options.backupFolder !== undefined && {backupFolder: options.backupFolder}),
      ...(options.migrations && {migrations: options.migrations}),
    });
    return {
      ...storeOver(database, now, {...(waitMs !== undefined && {waitMs})}),
      ...(backup !== undefined && {backup}),
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** An empty file with a log that is not: SQLite would take it for a new database, and delete the log. */
function isBeheaded(path: string): boolean {
  const sizeOf = (file: string): number | undefined => statSync(file, {throwIfNoEntry: false})?.size;
  try {
    return sizeOf(path) === 0 && (sizeOf(`${path}-wal`) ?? 0) > 0;
  } catch (thrown) {
    throw storageError(thrown, path);
  }
}

/** The store over a database that is open and of the newest version. `waitMs` as for `openStore`. */
export function storeOver(
  database: Database,
  now: () => number,
  {waitMs, isReadOnly = false}: {waitMs?: number; isReadOnly?: boolean} = {},
): Store {
  let writer: number | undefined;
  const known = new Map<string, string>();
  const ownWriter = (): number => {
    writer ??= database.transaction(() => registerWriter(database), waitMs);
    return writer;
  };
  if (!isReadOnly) tidy(database, now());
  const recovered = isReadOnly ? [] : recoverNow(database, now(), waitMs);
  const journal = writeJournal(database, ownWriter, {known, ...(waitMs !== undefined && {waitMs})});
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
    modelUse: () => readModelUse(database),
    list: listOptions => listConversations(database, {...listOptions, now: now()}),
    answersSince: since => listAnswers(database, since),
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
    importConversations: work => importConversations(database, journal.saveConversation, work),
    importer: importOptions => createImporter(database, journal.saveConversation, importOptions),
    saveVote: vote => saveVote(database, vote),
    votes: () => readVotes(database),
    recover: () => recoverAnswers(database, now()),
    close() {
      // Whatever fails here is done by the next start: this program will be found dead.
      attempt(() => writer !== undefined && purgeOwn(database, writer));
      attempt(() => writer !== undefined && interruptAnswers(database, writer, waitMs));
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

/** While another program holds the lock there is nothing to be recovered that could not wait for the next start. */
function recoverNow(database: Database, now: number, waitMs?: number): Recovered[] {
  try {
    return recoverAnswers(database, now, waitMs);
  } catch (thrown) {
    if (isBusy(thrown)) return [];
    throw thrown;
  }
}
