import {LlmError} from '../core/errors.ts';
import type {Database, Value} from './openDatabase.ts';
import {searchMessages} from './searchMessages.ts';

/** One conversation in a listing. Times in ms since 1970. */
export type ConversationSummary = {
  id: string;
  /** As much of the id's beginning as tells it from all others, at least 7 characters. */
  shortId: string;
  title: string;
  model: string;
  created: number;
  updated: number;
  /** How many prompts and answers, those of other branches among them. */
  messages: number;
  /** The beginning of the newest text, or the text around what was found, on one line. */
  snippet: string;
};

export type ListOptions = {
  limit: number;
  offset?: number;
  /** A search, see `parseSearch`; what fits best comes first then. */
  query?: string;
};

/** A conversation is only of interest once something was said in it. */
const listed = `archived IS NULL AND EXISTS (SELECT 1 FROM messages m WHERE m.conversation_id = c.id)`;

/**
 * Conversations that are not archived: the last changed first, or those that a search finds, the best first. Throws
 * `LlmError` (`usage`) for a filter that makes no sense.
 *
 * @param options.now ms since 1970
 */
export function listConversations(
  database: Database,
  options: ListOptions & {now: number},
): ConversationSummary[] {
  const {limit, offset = 0, query, now} = options;
  if (query === undefined || query.trim() === '') return summaries(database, newest, [], limit, offset);
  const {hits} = searchMessages(database, query, {
    limit: offset + limit,
    perConversation: 1,
    archived: false,
    now,
  });
  const found = new Map(hits.map(hit => [hit.conversationId, hit.snippet.map(part => part.text).join('')]));
  return summaries(database, among, [JSON.stringify([...found.keys()])], limit, offset).map(summary => ({
    ...summary,
    snippet: found.get(summary.id) ?? summary.snippet,
  }));
}

const newest = `FROM conversations c WHERE ${listed} ORDER BY c.updated DESC, c.seq DESC`;
const among = `FROM json_each(?) e CROSS JOIN conversations c ON c.id = e.value WHERE ${listed} ORDER BY e.key`;

/** The id of the conversation that was changed last; undefined when there is none. */
export function latestConversation(database: Database): string | undefined {
  return database.get<{id: string}>(
    `SELECT id FROM conversations c WHERE ${listed} ORDER BY updated DESC, seq DESC LIMIT 1`,
  )?.id;
}

/** The full name of the model that last gave an answer; undefined when none ever did. */
export function lastAnsweringModel(database: Database): string | undefined {
  // By `seq`, the primary key, so that the newest row ends the search.
  return database.get<{model: string}>(
    `SELECT model FROM messages WHERE role = 'assistant' AND text <> '' AND model IS NOT NULL ORDER BY seq DESC LIMIT 1`,
  )?.model;
}

/**
 * The full id that begins so, archived ones among them. Throws `LlmError` (`usage`) when there is none, or when
 * several do: the message names them.
 */
export function findConversation(database: Database, prefix: string): string {
  const wanted = prefix.trim().toLowerCase();
  // U+007B comes right after the last character that an id may hold.
  const rows = database.all<{id: string; title: string}>(
    'SELECT id, title FROM conversations WHERE id >= ? AND id < ? ORDER BY id LIMIT 6',
    wanted,
    `${wanted}{`,
  );
  const [first, second] = rows;
  if (wanted === '' || !first) {
    throw new LlmError({
      kind: 'usage',
      message: wanted === '' ? 'the id of a conversation is missing' : `no conversation ${prefix.trim()}`,
      hint: 'See them all: llm history list',
    });
  }
  if (first.id === wanted || !second) return first.id;
  const names = rows.slice(0, 5).map(row => `${shortIdOf(database, row.id)} (${row.title || 'untitled'})`);
  throw new LlmError({
    kind: 'usage',
    message: `${prefix.trim()} is the beginning of several conversations: ${names.join(', ')}${rows.length > 5 ? ', …' : ''}`,
    hint: 'Type more of the id',
  });
}

function summaries(
  database: Database,
  from: string,
  values: readonly Value[],
  limit: number,
  offset: number,
): ConversationSummary[] {
  const rows = database.all<Omit<ConversationSummary, 'shortId' | 'snippet'> & {snippet: string | null}>(
    `SELECT c.id, c.title, c.model, c.created, c.updated,
       (SELECT count(*) FROM messages m WHERE m.conversation_id = c.id) AS messages,
       (SELECT substr(m.text, 1, 400) FROM messages m WHERE m.conversation_id = c.id AND m.text <> ''
          ORDER BY m.seq DESC LIMIT 1) AS snippet
     ${from} LIMIT ? OFFSET ?`,
    ...values,
    limit,
    offset,
  );
  return rows.map(row => ({
    ...row,
    shortId: shortIdOf(database, row.id),
    snippet: [...(row.snippet ?? '').replace(/\s+/g, ' ').trim()].slice(0, 200).join(''),
  }));
}

function shortIdOf(database: Database, id: string): string {
  const near = database.get<{before: string | null; after: string | null}>(
    `SELECT (SELECT max(id) FROM conversations WHERE id < ?) AS before,
       (SELECT min(id) FROM conversations WHERE id > ?) AS after`,
    id,
    id,
  );
  const shared = Math.max(sharedLength(id, near?.before ?? ''), sharedLength(id, near?.after ?? ''));
  return id.slice(0, Math.max(7, shared + 1));
}

function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
