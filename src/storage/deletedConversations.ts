import {LlmError} from '../core/errors.ts';
import type {Database} from './openDatabase.ts';
import {livenessOf, type ProcessIdentity} from './processIdentity.ts';

/** When nothing can be known about the program that deleted, its undo is nobody's any more after so long, in ms. */
const abandonedMs = 24 * 60 * 60 * 1000;

/** No program has a conversation open for longer after it was deleted, in seconds. */
const rememberedSeconds = 30 * 24 * 60 * 60;

/**
 * Marks a conversation as deleted: nothing finds it any more, and `restoreDeleted` brings it back until `purge` has
 * been there. Throws `LlmError` (`usage`) when there is none of that id, or when another program is answering in it.
 *
 * @param writer this program's row in `writers`
 * @param now ms since 1970
 */
export function markDeleted(database: Database, id: string, writer: number, now: number): void {
  database.transaction(() => {
    refuseAnswering(database, id, writer);
    const count = database.run(
      'UPDATE conversations SET deleted = ?, deleted_by = ? WHERE id = ? AND deleted IS NULL',
      now,
      writer,
      id,
    );
    if (count > 0) return;
    throw new LlmError({
      kind: 'usage',
      message: `no conversation ${id}`,
      hint: 'See them all: llm history list',
    });
  });
}

/**
 * Removes conversations for good, without a way back. Throws `LlmError` (`usage`) when another program is answering in
 * one of them, and removes none then.
 */
export function discard(database: Database, ids: readonly string[], writer: number | undefined): void {
  database.transaction(() => {
    for (const id of ids) refuseAnswering(database, id, writer);
    purge(database, ids);
  });
}

function refuseAnswering(database: Database, id: string, writer = -1): void {
  const others = database.all<ProcessIdentity>(
    `SELECT w.* FROM writers w
     WHERE w.id <> ? AND w.id IN (SELECT writer FROM messages WHERE conversation_id = ? AND writer IS NOT NULL)`,
    writer,
    id,
  );
  if (others.every(other => livenessOf(other) === 'dead')) return;
  throw new LlmError({
    kind: 'usage',
    message: `another llm is writing an answer in the conversation ${id}`,
    hint: 'Wait until it has ended, or stop it there',
  });
}

/** Takes the mark off a conversation that this program deleted. False when it has been purged meanwhile. */
export function restoreDeleted(database: Database, id: string, writer: number): boolean {
  const sql = 'UPDATE conversations SET deleted = NULL, deleted_by = NULL WHERE id = ? AND deleted_by = ?';
  return database.run(sql, id, writer) > 0;
}

/** Whether a conversation was deleted, perhaps by another program, and not brought back or imported since. */
export function isDeleted(database: Database, id: string): boolean {
  const row = database.get<{deleted: number | null}>('SELECT deleted FROM conversations WHERE id = ?', id);
  if (row) return row.deleted !== null;
  return database.get('SELECT 1 FROM purged WHERE id = ?', id) !== undefined;
}

/** Lets a conversation be there again that was deleted: it comes back from a file. */
export function forgetDeletion(database: Database, id: string): void {
  database.run('DELETE FROM purged WHERE id = ?', id);
  database.run(
    'UPDATE conversations SET deleted = NULL, deleted_by = NULL WHERE id = ? AND deleted IS NOT NULL',
    id,
  );
}

/** Removes for good what this program has marked. */
export function purgeOwn(database: Database, writer: number): number {
  return purge(database, idsOf(database, writer));
}

/**
 * Removes for good what programs have marked that run no longer. The undo of those that still run is left to them.
 * Writes nothing when there is nothing to do.
 *
 * @param now ms since 1970
 * @returns how many conversations are gone
 */
export function purgeAbandoned(database: Database, now: number): number {
  const owners = database.all<ProcessIdentity & {id: number | null; owner: number; newest: number}>(
    `SELECT c.deleted_by AS owner, max(c.deleted) AS newest, w.* FROM conversations c
     LEFT JOIN writers w ON w.id = c.deleted_by WHERE c.deleted IS NOT NULL GROUP BY c.deleted_by`,
  );
  let count = 0;
  for (const {owner, newest, ...row} of owners) {
    const liveness = row.id === null ? 'dead' : livenessOf(row);
    if (liveness === 'alive' || (liveness === 'unknown' && now - newest < abandonedMs)) continue;
    count += purge(database, idsOf(database, owner));
    database.run(
      'DELETE FROM writers WHERE id = ? AND id NOT IN (SELECT writer FROM messages WHERE writer IS NOT NULL)',
      owner,
    );
  }
  return count;
}

/** Removes every marked conversation, whoever marked it: for a copy, in which nobody can undo anything. */
export function purgeMarked(database: Database): number {
  const rows = database.all<{id: string}>('SELECT id FROM conversations WHERE deleted IS NOT NULL');
  return purge(
    database,
    rows.map(({id}) => id),
  );
}

/**
 * Removes conversations with all that belongs to them: messages, chunks, words in the index, and the contents of
 * attachments that no other message has. What remains of the text in free places of the file is for `wipe`, which is
 * due from then on.
 *
 * @returns how many there were
 */
function purge(database: Database, ids: readonly string[]): number {
  if (ids.length === 0) return 0;
  return database.transaction(() => {
    database.run('INSERT INTO wipe_due (since) SELECT unixepoch() WHERE NOT EXISTS (SELECT 1 FROM wipe_due)');
    database.run('DELETE FROM purged WHERE time < unixepoch() - ?', rememberedSeconds);
    // Taken out word by word, a message costs milliseconds, and what is only marked as gone `wipe` merges away for sure:
    // an index that is in one piece already is not merged.
    setSecureDelete(database, 0);
    let count = 0;
    for (const id of ids) count += purgeOne(database, id);
    setSecureDelete(database, 1);
    return count;
  });
}

function purgeOne(database: Database, id: string): number {
  const hashes = database.all<{hash: string}>(
    'SELECT DISTINCT a.hash FROM messages m JOIN attachments a ON a.message_id = m.id WHERE m.conversation_id = ?',
    id,
  );
  database.run('DELETE FROM messages WHERE conversation_id = ?', id);
  for (const {hash} of hashes) {
    database.run(
      'DELETE FROM contents WHERE hash = ? AND NOT EXISTS (SELECT 1 FROM attachments a WHERE a.hash = contents.hash)',
      hash,
    );
  }
  database.run('INSERT OR REPLACE INTO purged (id, time) VALUES (?, unixepoch())', id);
  return database.run('DELETE FROM conversations WHERE id = ?', id);
}

/** https://sqlite.org/fts5.html#the_secure_delete_configuration_option; it takes whole numbers only. */
function setSecureDelete(database: Database, value: 0 | 1): void {
  for (const index of ['message_words', 'title_words']) {
    database.exec(`INSERT INTO ${index} (${index}, rank) VALUES ('secure-delete', ${value})`);
  }
}

function idsOf(database: Database, writer: number): string[] {
  return database
    .all<{id: string}>('SELECT id FROM conversations WHERE deleted IS NOT NULL AND deleted_by IS ?', writer)
    .map(({id}) => id);
}
