import type {MessageNode} from '../core/conversation.ts';
import {type MessageRow, messageColumns, nodeFromRow} from './messageRow.ts';
import type {Database} from './openDatabase.ts';

/** What counts and costs are made of, of one answer. */
export type CountedAnswer = Pick<MessageNode, 'id' | 'role' | 'model' | 'usage' | 'created' | 'cost'>;

/**
 * The answers of all conversations since a time, in ms since 1970, oldest first, without their texts. Those of
 * conversations that were taken out of the list are among them: they were paid for.
 */
export function listAnswers(database: Database, since: number): CountedAnswer[] {
  const columns = messageColumns.replace(/\b(text|reasoning)\b(?=,|$)/g, "'' AS $1");
  // By the conversations, which have an index by time: none is older than its newest message.
  return database
    .all<MessageRow>(
      `SELECT ${columns} FROM messages WHERE role = 'assistant' AND created >= ?
         AND conversation_id IN (SELECT id FROM conversations WHERE updated >= ?) ORDER BY seq`,
      since,
      since,
    )
    .map(row => nodeFromRow(row))
    .map(({id, role, model, usage, created, cost}) => ({
      id,
      role,
      created,
      ...(model !== undefined && {model}),
      ...(usage && {usage}),
      ...(cost !== undefined && {cost}),
    }));
}
