import {titleFrom} from '../../core/conversation.ts';
import type {Database} from '../openDatabase.ts';

/** What stands where a message was lost, so that those before and after it stay together. */
const lostText = '(This message was lost when the database was damaged.)';

/**
 * Puts conversations together again of which rows are missing: one whose own row was lost gets a new one, a lost
 * message in the middle gets something in its place, and what belongs to nothing any more is dropped.
 *
 * @returns how many messages were found to be missing
 */
export function mendConversations(database: Database): number {
  addLostConversations(database);
  const lost = fillGaps(database);
  database.exec(`
    UPDATE conversations SET head = (SELECT m.id FROM messages m WHERE m.conversation_id = conversations.id
      ORDER BY m.seq DESC LIMIT 1)
    WHERE head IS NOT NULL AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.id = conversations.head)
  `);
  dropStrays(database);
  return lost;
}

function addLostConversations(database: Database): void {
  const lost = database.all<{id: string; model: string | null; created: number; updated: number}>(
    `SELECT conversation_id AS id, max(model) AS model, min(created) AS created, max(created) AS updated
     FROM messages WHERE conversation_id NOT IN (SELECT id FROM conversations) GROUP BY conversation_id`,
  );
  for (const {id, model, created, updated} of lost) {
    const ends = (order: 'ASC' | 'DESC', role: string) =>
      database.get<{id: string; text: string}>(
        `SELECT id, text FROM messages WHERE conversation_id = ? AND role LIKE ? ORDER BY seq ${order} LIMIT 1`,
        id,
        role,
      );
    database.run(
      `INSERT INTO conversations (id, title, model, created, updated, options, head) VALUES (?, ?, ?, ?, ?, '{}', ?)`,
      id,
      titleFrom(ends('ASC', 'user')?.text ?? ''),
      model ?? '',
      created,
      updated,
      ends('DESC', '%')?.id ?? null,
    );
  }
}

type Orphan = {seq: number; parent: string; conversation: string; role: string; created: number};

function fillGaps(database: Database): number {
  const orphans = database.all<Orphan>(
    `SELECT min(seq) AS seq, parent, conversation_id AS conversation, role, created FROM messages m
     WHERE parent IS NOT NULL AND NOT EXISTS (SELECT 1 FROM messages p WHERE p.id = m.parent) GROUP BY parent`,
  );
  for (const {seq, parent, conversation, role, created} of orphans) {
    const before = database.get<{id: string}>(
      'SELECT id FROM messages WHERE conversation_id = ? AND seq < ? AND role = ? ORDER BY seq DESC LIMIT 1',
      conversation,
      seq,
      role,
    );
    // A number below that of the message that follows it: the order of the rows is that of the branches.
    const free = database.get<{seq: number}>(
      `SELECT seq - 1 AS seq FROM messages m
       WHERE seq <= ? AND NOT EXISTS (SELECT 1 FROM messages o WHERE o.seq = m.seq - 1) ORDER BY seq DESC LIMIT 1`,
      seq,
    );
    database.run(
      `INSERT INTO messages (seq, id, conversation_id, parent, role, text, created, stop) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      free?.seq ?? null,
      parent,
      conversation,
      before?.id ?? null,
      role === 'user' ? 'assistant' : 'user',
      lostText,
      created,
      role === 'user' ? 'stop' : null,
    );
  }
  return orphans.length;
}

/** Deletes the rows that refer to rows which are not there, in every table. */
function dropStrays(database: Database): void {
  const references = database.all<{name: string; column: string; target: string; key: string}>(
    `SELECT t.name, f."from" AS column, f."table" AS target, f."to" AS key
     FROM pragma_table_list t, pragma_foreign_key_list(t.name) f WHERE t.schema = 'main' AND t.type = 'table' AND f."to" IS NOT NULL`,
  );
  for (let changed = 1; changed > 0; ) {
    changed = 0;
    for (const {name, column, target, key} of references) {
      changed += database.run(
        `DELETE FROM "${name}" WHERE "${column}" IS NOT NULL AND "${column}" NOT IN (SELECT "${key}" FROM "${target}")`,
      );
    }
  }
}
