import {discard} from '../deletedConversations.ts';
import type {Database} from '../openDatabase.ts';

/** What an import is about to do to a conversation. */
export type Change = {
  id: string;
  /** How it was; undefined for one that was not there. */
  before: {head: string | null; title: string; updated: number} | undefined;
  /** Where it is going to stand. */
  head: string | null;
  /** The ids of the messages that are new. */
  messages: readonly string[];
};

/**
 * Takes back one change of an import, or the part of it that was made. What people or programs have done since with the
 * conversation stays, and so does what that hangs on. Throws `LlmError`.
 */
export function undoImport(database: Database, {id, before, head, messages}: Change): void {
  database.transaction(() => {
    const own = new Set(messages);
    const rows = database.all<{id: string; parent: string | null}>(
      'SELECT id, parent FROM messages WHERE conversation_id = ?',
      id,
    );
    const parents = new Map(rows.map(row => [row.id, row.parent]));
    const others = rows.filter(row => !own.has(row.id));
    if (!before && others.length === 0) return discard(database, [id], undefined);
    for (const {parent} of others) {
      for (let at = parent; at !== null && own.delete(at); ) at = parents.get(at) ?? null;
    }
    for (const message of own) removeMessage(database, message);
    if (!before) return;
    database.run(
      'UPDATE conversations SET head = ?, title = ?, updated = ? WHERE id = ? AND head IS ?',
      ...[before.head, before.title, before.updated, id, head],
    );
  });
}

function removeMessage(database: Database, id: string): void {
  const contents = database.all<{hash: string}>('SELECT hash FROM attachments WHERE message_id = ?', id);
  database.run('DELETE FROM messages WHERE id = ?', id);
  for (const {hash} of contents) {
    database.run(
      'DELETE FROM contents WHERE hash = ? AND NOT EXISTS (SELECT 1 FROM attachments a WHERE a.hash = contents.hash)',
      hash,
    );
  }
}
