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
  /** When it was put away from the list; absent for those that were not. */
  archived?: number;
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
  /** Those that were put away, instead of those that were not. */
  archived?: boolean;
};

/** A conversation is only of interest once something was said in it. */
const begun = `deleted IS NULL AND EXISTS (SELECT 1 FROM messages m WHERE m.conversation_id = c.id)`;
const listed = `archived IS NULL AND ${begun}`;

/**
 * Conversations that are not archived, or those that are: the last changed first, or those that a search finds, the best first. Throws
 * `LlmError` (`usage`) for a filter that makes no sense.
 *
 * @param options.now ms since 1970
 */
export function listConversations(
  database: Database,
  options: ListOptions & {now: number},
): ConversationSummary[] {
  const {limit, offset = 0, query, archived = false, now} = options;
  const shown = archived ? `archived IS NOT NULL AND ${begun}` : listed;
  if (query === undefined || query.trim() === '')
    return summaries(database, newest(shown), [], limit, offset);
  const {hits} = searchMessages(database, query, {
    limit: offset + limit,
    perConversation: 1,
    archived,
    now,
  });
  const found = new Map(hits.map(hit => [hit.conversationId, hit.snippet.map(part => part.text).join('')]));
  return summaries(database, among(shown), [JSON.stringify([...found.keys()])], limit, offset).map(
    summary => ({
      ...summary,
      snippet: found.get(summary.id) ?? summary.snippet,
    }),
  );
}

const newest = (shown: string): string =>
  `FROM conversations c WHERE ${shown} ORDER BY c.updated DESC, c.seq DESC`;
const among = (shown: string): string =>
  `FROM json_each(?) e CROSS JOIN conversations c ON c.id = e.value WHERE ${shown} ORDER BY e.key`;

/** The id of the conversation that was changed last; undefined when there is none. */
export function latestConversation(database: Database): string | undefined {
  return database.get<{id: string}>(
    `SELECT id FROM conversations c WHERE ${listed} ORDER BY updated DESC, seq DESC LIMIT 1`,
  )?.id;
}

/**
 * The ids of conversations outside the archive that have not been changed since a time (ms since 1970), oldest first.
 * Those in which an answer is being written are left out.
 */
export function unchangedConversations(database: Database, time: number): string[] {
  return database
    .all<{id: string}>(
      `SELECT id FROM conversations c WHERE archived IS NULL AND deleted IS NULL AND updated < ?
         AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.conversation_id = c.id AND m.writer IS NOT NULL)
       ORDER BY updated`,
      time,
    )
    .map(({id}) => id);
}

/**
 * The full name of the model that last gave an answer here; undefined when none ever did. Answers that were imported
 * do not count: they carry no options.
 */
export function lastAnsweringModel(database: Database): string | undefined {
  // By `seq`, along its own index, so that the newest row ends the search, however much was imported after it.
  return database.get<{model: string}>(
    `SELECT model FROM messages m INDEXED BY messages_answered_here
     WHERE role = 'assistant' AND model IS NOT NULL AND options IS NOT NULL AND text <> ''
       AND EXISTS (SELECT 1 FROM conversations c WHERE c.id = m.conversation_id AND c.deleted IS NULL)
     ORDER BY seq DESC LIMIT 1`,
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
    'SELECT id, title FROM conversations WHERE id >= ? AND id < ? AND deleted IS NULL ORDER BY id LIMIT 6',
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

type SummaryRow = Omit<ConversationSummary, 'shortId' | 'snippet' | 'archived'> & {
  archived: number | null;
  snippet: string | null;
};

function summaries(
  database: Database,
  from: string,
  values: readonly Value[],
  limit: number,
  offset: number,
): ConversationSummary[] {
  const rows = database.all<SummaryRow>(
    `SELECT c.id, c.title, c.model, c.created, c.updated, c.archived,
       (SELECT count(*) FROM messages m WHERE m.conversation_id = c.id) AS messages,
       (SELECT substr(m.text, 1, 400) FROM messages m WHERE m.conversation_id = c.id AND m.text <> ''
          ORDER BY m.seq DESC LIMIT 1) AS snippet
     ${from} LIMIT ? OFFSET ?`,
    ...values,
    limit,
    offset,
  );
  return rows.map(({archived, ...row}) => ({
    ...row,
    ...(archived !== null && {archived}),
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
