import type {Database} from './openDatabase.ts';
import {livenessOf, ownIdentity, type ProcessIdentity} from './processIdentity.ts';

export type Recovered = {conversationId: string; messageId: string};

/** When nothing can be known about the writer, an answer this old (in ms) is nobody's any more. */
const abandonedMs = 24 * 60 * 60 * 1000;

/** Adds this program to `writers`, so that others can see whether it still lives. */
export function registerWriter(database: Database): number {
  const own = ownIdentity();
  const row = database.get<{id: number}>(
    'INSERT INTO writers (pid, host, boot, space, started) VALUES (?, ?, ?, ?, ?) RETURNING id',
    own.pid,
    own.host,
    own.boot,
    own.space,
    own.started,
  );
  return row?.id ?? 0;
}

/**
 * Turns the answers that a dead program left unfinished into `interrupted` ones with the text that had come. Those of
 * a program that still runs are left alone. Writes nothing when there is nothing to do.
 *
 * @param now ms since 1970
 * @param waitMs how long the lock is waited for; five seconds unless said
 */
export function recoverAnswers(database: Database, now: number, waitMs?: number): Recovered[] {
  const writers = database.all<ProcessIdentity & {id: number | null; writer: number; newest: number}>(
    `SELECT m.writer, w.*, max(m.created) AS newest FROM messages m LEFT JOIN writers w ON w.id = m.writer
     WHERE m.writer IS NOT NULL GROUP BY m.writer`,
  );
  const recovered: Recovered[] = [];
  for (const row of writers) {
    const liveness = row.id === null ? 'dead' : livenessOf(row);
    if (liveness === 'alive' || (liveness === 'unknown' && now - row.newest < abandonedMs)) continue;
    recovered.push(...interruptAnswers(database, row.writer, waitMs));
  }
  return recovered;
}

/** Makes all unfinished answers of one writer interrupted ones, and forgets the writer. */
export function interruptAnswers(database: Database, writer: number, waitMs?: number): Recovered[] {
  return database.transaction(() => {
    const answers = database.all<{id: string; conversation_id: string}>(
      'SELECT id, conversation_id FROM messages WHERE writer = ? ORDER BY seq',
      writer,
    );
    for (const {id} of answers) {
      database.run(
        `UPDATE messages SET
           text = text || (SELECT coalesce(group_concat(text, '' ORDER BY seq), '') FROM chunks WHERE message_id = ?),
           reasoning = nullif(coalesce(reasoning, '') ||
             (SELECT coalesce(group_concat(reasoning, '' ORDER BY seq), '') FROM chunks WHERE message_id = ?), ''),
           stop = 'interrupted', error_kind = 'interrupted',
           error_message = 'the program ended before the answer was complete',
           error_hint = '/retry asks again', writer = NULL
         WHERE id = ?`,
        id,
        id,
        id,
      );
      database.run('DELETE FROM chunks WHERE message_id = ?', id);
    }
    database.run('DELETE FROM writers WHERE id = ?', writer);
    return answers.map(({id, conversation_id}) => ({conversationId: conversation_id, messageId: id}));
  }, waitMs);
}
