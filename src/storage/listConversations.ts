import {LlmError} from '../core/errors.ts';
import {ftsQuery} from './ftsQuery.ts';
import type {Database} from './openDatabase.ts';

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
  /** The beginning of the newest text, on one line. */
  snippet: string;
};

export type ListOptions = {
  limit: number;
  offset?: number;
  /** Words that must occur in the title, or together in one message. */
  query?: string;
};

/** A conversation is only of interest once something was said in it. */
const listed = `archived IS NULL AND EXISTS (SELECT 1 FROM messages m WHERE m.conversation_id = c.id)`;

/** Conversations that are not archived, last changed first. */
export function listConversations(database: Database, options: ListOptions): ConversationSummary[] {
  const {limit, offset = 0, query} = options;
  if (query === undefined || query.trim() === '') return summaries(database, '1', [], limit, offset);
  const match = ftsQuery(query);
  if (match === undefined) return [];
  const found = `(c.seq IN (SELECT rowid FROM title_words WHERE title_words MATCH ?) OR c.id IN (
    SELECT conversation_id FROM messages WHERE seq IN (
      SELECT rowid FROM message_words WHERE message_words MATCH ?)))`;
  return summaries(database, found, [match, match], limit, offset);
}

/** The id of the conversation that was changed last; undefined when there is none. */
export function latestConversation(database: Database): string | undefined {
  return database.get<{id: string}>(
    `SELECT id FROM conversations c WHERE ${listed} ORDER BY updated DESC, seq DESC LIMIT 1`,
  )?.id;
}

/**
 * The full name of the model that last gave an answer here; undefined when none ever did. Answers that were imported
 * do not count: they carry no options.
 */
export function lastAnsweringModel(database: Database): string | undefined {
  // By `seq`, along its own index, so that the newest row ends the search, however much was imported after it.
  return database.get<{model: string}>(
    `SELECT model FROM messages INDEXED BY messages_answered_here
     WHERE role = 'assistant' AND model IS NOT NULL AND options IS NOT NULL AND text <> '' ORDER BY seq DESC LIMIT 1`,
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
  condition: string,
  values: string[],
  limit: number,
  offset: number,
): ConversationSummary[] {
  const rows = database.all<Omit<ConversationSummary, 'shortId' | 'snippet'> & {snippet: string | null}>(
    `SELECT c.id, c.title, c.model, c.created, c.updated,
       (SELECT count(*) FROM messages m WHERE m.conversation_id = c.id) AS messages,
       (SELECT substr(m.text, 1, 400) FROM messages m WHERE m.conversation_id = c.id AND m.text <> ''
          ORDER BY m.seq DESC LIMIT 1) AS snippet
     FROM conversations c WHERE ${listed} AND ${condition} ORDER BY c.updated DESC, c.seq DESC LIMIT ? OFFSET ?`,
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
