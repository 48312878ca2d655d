import {rmSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {LlmError} from '../core/errors.ts';
import {applicationId, type Database} from './openDatabase.ts';
import {partsMigration} from './partsMigration.ts';
import {reserveFile} from './reserveFile.ts';
import {storageError} from './storageError.ts';

/** SQL that brings the file from version `n` (its place in the list, from 0) to `n + 1`. Never edited once released. */
export type Migration = string;

const conversations = `
CREATE TABLE conversations (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  model TEXT NOT NULL,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  archived INTEGER,
  system TEXT,
  options TEXT NOT NULL,
  think TEXT,
  head TEXT
);
CREATE INDEX conversations_updated ON conversations (updated);

-- A program that is writing answers: how to know whether it still lives.
CREATE TABLE writers (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  pid INTEGER NOT NULL,
  host TEXT NOT NULL,
  boot TEXT NOT NULL,
  space TEXT NOT NULL,
  started TEXT NOT NULL
);

-- seq is the order of siblings too. parent and head are not enforced: a gap must never make a later message fail.
CREATE TABLE messages (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  parent TEXT,
  role TEXT NOT NULL,
  text TEXT NOT NULL,
  reasoning TEXT,
  created INTEGER NOT NULL,
  model TEXT,
  backend TEXT,
  options TEXT,
  seed INTEGER,
  stop TEXT,
  writer INTEGER,
  input_tokens INTEGER,
  output_tokens INTEGER,
  reasoning_tokens INTEGER,
  cached_tokens INTEGER,
  token_source TEXT,
  first_token_ms REAL,
  total_ms REAL,
  reasoning_ms REAL,
  tokens_per_second REAL,
  cost REAL,
  error_kind TEXT,
  error_message TEXT,
  error_hint TEXT
);
CREATE INDEX messages_conversation ON messages (conversation_id);
CREATE INDEX messages_unfinished ON messages (writer) WHERE writer IS NOT NULL;

CREATE TABLE chunks (
  message_id TEXT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  text TEXT NOT NULL,
  reasoning TEXT NOT NULL,
  PRIMARY KEY (message_id, seq)
) WITHOUT ROWID;

CREATE TABLE contents (
  hash TEXT PRIMARY KEY,
  data BLOB NOT NULL
);
CREATE TABLE attachments (
  message_id TEXT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  media_type TEXT,
  hash TEXT NOT NULL REFERENCES contents (hash),
  PRIMARY KEY (message_id, position)
) WITHOUT ROWID;
`;

/** An index over the tables' own text (nothing is stored twice), kept by triggers so that no writer can forget it. */
const search = `
CREATE VIRTUAL TABLE message_words USING fts5 (
  text, content = 'messages', content_rowid = 'seq', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE title_words USING fts5 (
  title, content = 'conversations', content_rowid = 'seq', tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO message_words (message_words) VALUES ('rebuild');
INSERT INTO title_words (title_words) VALUES ('rebuild');

CREATE TRIGGER message_words_insert AFTER INSERT ON messages BEGIN
  INSERT INTO message_words (rowid, text) VALUES (new.seq, new.text);
END;
CREATE TRIGGER message_words_update AFTER UPDATE OF text ON messages WHEN old.text IS NOT new.text BEGIN
  INSERT INTO message_words (message_words, rowid, text) VALUES ('delete', old.seq, old.text);
  INSERT INTO message_words (rowid, text) VALUES (new.seq, new.text);
END;
CREATE TRIGGER message_words_delete AFTER DELETE ON messages BEGIN
  INSERT INTO message_words (message_words, rowid, text) VALUES ('delete', old.seq, old.text);
END;
CREATE TRIGGER title_words_insert AFTER INSERT ON conversations BEGIN
  INSERT INTO title_words (rowid, title) VALUES (new.seq, new.title);
END;
CREATE TRIGGER title_words_update AFTER UPDATE OF title ON conversations WHEN old.title IS NOT new.title BEGIN
  INSERT INTO title_words (title_words, rowid, title) VALUES ('delete', old.seq, old.title);
  INSERT INTO title_words (rowid, title) VALUES (new.seq, new.title);
END;
CREATE TRIGGER title_words_delete AFTER DELETE ON conversations BEGIN
  INSERT INTO title_words (title_words, rowid, title) VALUES ('delete', old.seq, old.title);
END;
`;

/** An index of the prompt-history file, which stays the truth; filled in batches, so without triggers. */
const prompts = `
CREATE TABLE prompts (
  seq INTEGER PRIMARY KEY,
  created INTEGER,
  text TEXT NOT NULL
);
CREATE VIRTUAL TABLE prompt_trigrams USING fts5 (
  text, content = 'prompts', content_rowid = 'seq', tokenize = 'trigram'
);
CREATE TABLE prompt_source (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  path TEXT NOT NULL,
  inode TEXT NOT NULL,
  position INTEGER NOT NULL,
  before TEXT NOT NULL,
  size INTEGER NOT NULL,
  modified REAL NOT NULL,
  last_seq INTEGER
);
`;

/** From where on the active path is sent to the model, and what stands for the part before: `Shortened` as JSON. */
const shortening = `
ALTER TABLE conversations ADD COLUMN shortened TEXT;
`;

/** Earlier prompts are searched in their own file, which is exact and needs no lock. */
const withoutPrompts = `
DROP TABLE prompt_trigrams;
DROP TABLE prompt_source;
DROP TABLE prompts;
`;

/** By our own estimate what was sent: of what `input_tokens` is a count. */
const sentTokens = `
ALTER TABLE messages ADD COLUMN sent_tokens INTEGER;
`;

/**
 * Deleted conversations stay, hidden, until the program that deleted them ends (`deleted_by`, a row of `writers`).
 * The ids of those that are gone stay for a while, so that no program that has one open begins it anew.
 * `wipe_due` has a row while the file may hold bytes of purged ones; an old title leaves the index at once.
 */
const deletion = `
ALTER TABLE conversations ADD COLUMN deleted INTEGER;
ALTER TABLE conversations ADD COLUMN deleted_by INTEGER;
CREATE INDEX conversations_deleted ON conversations (deleted_by) WHERE deleted IS NOT NULL;
CREATE INDEX attachments_hash ON attachments (hash);
CREATE TABLE purged (id TEXT PRIMARY KEY, time INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE wipe_due (since INTEGER NOT NULL);
INSERT INTO message_words (message_words, rank) VALUES ('secure-delete', 1);
INSERT INTO title_words (title_words, rank) VALUES ('secure-delete', 1);
`;

/** Answers that were given here: they have options, imported ones have none. */
const answeredHere = `
CREATE INDEX messages_answered_here ON messages (seq)
  WHERE role = 'assistant' AND model IS NOT NULL AND options IS NOT NULL;
`;

/** What was judged of answers to one prompt; the texts are those of the messages. `verdict` and `answers` are JSON. */
const votes = `
CREATE TABLE votes (
  id TEXT PRIMARY KEY,
  conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  prompt_id TEXT NOT NULL,
  created INTEGER NOT NULL,
  answers TEXT NOT NULL,
  verdict TEXT NOT NULL,
  blind INTEGER NOT NULL
);
CREATE INDEX votes_conversation ON votes (conversation_id);
`;

/** By model: when it last answered here, and how fast it was, without a look at the messages themselves. */
const answersByModel = `
CREATE INDEX messages_by_model ON messages (model, created, output_tokens, tokens_per_second, conversation_id, role, options)
  WHERE role = 'assistant' AND model IS NOT NULL AND options IS NOT NULL;
`;

export const migrations: readonly Migration[] = [
  conversations,
  search,
  prompts,
  shortening,
  withoutPrompts,
  sentTokens,
  deletion,
  answeredHere,
  partsMigration,
  votes,
  answersByModel,
];

export type MigrateOptions = {
  migrations?: readonly Migration[];
  /** Where the copy goes; the database's own folder unless said. */
  backupFolder?: string;
  /** ms since 1970, for the copy's name. */
  now: number;
  /** How long the lock is waited for, in ms; five seconds unless said. */
  waitMs?: number;
};

/**
 * Brings the file to the newest version, forward only, all or nothing. A file that already holds something is copied
 * first. Throws `LlmError` (kind `storage`) when it comes from a newer program.
 *
 * @returns the path of the copy, where one was made
 */
export function migrate(database: Database, options: MigrateOptions): string | undefined {
  const steps = options.migrations ?? migrations;
  const before = version(database);
  if (before > steps.length) {
    throw new LlmError({
      kind: 'storage',
      message: `${database.path}: written by a newer llm (its version is ${before}, this program knows ${steps.length})`,
      hint: 'Update: npm install --global llm-local@latest, or go on without history: -n',
    });
  }
  if (before === steps.length) return undefined;
  const copy = before > 0 ? backup(database, before, options) : undefined;
  database.transaction(() => {
    // Another program may have done it between the look above and the lock.
    if (version(database) >= steps.length) return;
    applyMigrations(database, steps);
  }, options.waitMs);
  return copy;
}

/** Throws `LlmError` (`storage`) when a file that can only be read is not of this program's version. */
export function requireVersion(database: Database, steps: readonly Migration[]): void {
  const found = version(database);
  if (found === steps.length) return;
  const age = found > steps.length ? 'a newer' : 'an older';
  throw new LlmError({
    kind: 'storage',
    message: `${database.path}: written by ${age} llm (its version is ${found}, this program knows ${steps.length}), and read-only`,
    hint: 'Copy it to where it can be written, and name that folder in LLM_HOME',
  });
}

/** Takes the steps that the file has not taken yet; within a transaction of the caller. */
export function applyMigrations(database: Database, steps: readonly Migration[]): void {
  for (const step of steps.slice(version(database))) database.exec(step);
  database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${steps.length}`);
}

function version(database: Database): number {
  return database.get<{user_version: number}>('PRAGMA user_version')?.user_version ?? 0;
}

function backup(database: Database, from: number, {backupFolder, now}: MigrateOptions): string {
  const folder = backupFolder ?? dirname(database.path);
  const day = new Date(now).toISOString().slice(0, 10);
  const copy = reserve(join(folder, `${basename(database.path)}.backup-v${from}-${day}`));
  try {
    database.run('VACUUM INTO ?', copy);
    return copy;
  } catch (error) {
    rmSync(copy, {force: true});
    throw storageError(error, copy);
  }
}

/** Creates an empty private file under a free name. */
function reserve(wanted: string): string {
  for (let attempt = 1; ; attempt++) {
    const path = attempt === 1 ? wanted : `${wanted}-${attempt}`;
    try {
      if (reserveFile(path)) return path;
    } catch (error) {
      throw storageError(error, path);
    }
  }
}
