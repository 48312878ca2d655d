import {randomUUID} from 'node:crypto';
import {ftsQuery} from './ftsQuery.ts';
import type {Database} from './openDatabase.ts';

/** A piece of a snippet; `hit` says that it is what was searched for. */
export type SnippetPart = {text: string; hit: boolean};

/** One place where the words were found, best first. Times in ms since 1970. */
export type SearchHit = {
  conversationId: string;
  title: string;
  model: string;
  updated: number;
  /** When it was put away from the list; absent for those that were not. */
  archived?: number;
  /** The message that holds the words; undefined when it is the title. */
  message?: {id: string; role: 'user' | 'assistant'; created: number};
  /** The text around the hit, on one line, untrusted as all text of a message. */
  snippet: readonly SnippetPart[];
};

type Row = {
  conversation_id: string;
  title: string;
  model: string;
  updated: number;
  archived: number | null;
  message_id: string | null;
  role: 'user' | 'assistant';
  created: number;
  snippet: string;
  rank: number;
};

/** A word in a title says more about a conversation than one somewhere in it. */
const titleWeight = 2;
const snippetWords = 24;

/** Full-text search over prompts, answers and titles. Any text is a valid query; one without a word finds nothing. */
export function searchMessages(database: Database, typed: string, limit: number): SearchHit[] {
  const match = ftsQuery(typed);
  if (match === undefined) return [];
  // Nobody who writes a message can know these marks, so none can be found in its text.
  const mark = randomUUID();
  const [start, end] = [`<${mark}>`, `</${mark}>`];
  // The inner select ranks; snippets are cut only for the rows that remain.
  const messages = database.all<Row>(
    `SELECT m.conversation_id, c.title, c.model, c.updated, c.archived, m.id AS message_id, m.role, m.created, f.snippet, f.rank
     FROM (SELECT rowid, rank, snippet(message_words, 0, ?, ?, '…', ${snippetWords}) AS snippet
           FROM message_words WHERE message_words MATCH ? AND rowid NOT IN (
             SELECT d.seq FROM conversations c JOIN messages d ON d.conversation_id = c.id WHERE c.deleted IS NOT NULL)
           ORDER BY rank LIMIT ?) f
     JOIN messages m ON m.seq = f.rowid JOIN conversations c ON c.id = m.conversation_id`,
    start,
    end,
    match,
    limit,
  );
  const titles = database.all<Row>(
    `SELECT c.id AS conversation_id, c.title, c.model, c.updated, c.archived, NULL AS message_id, NULL AS role, c.created,
       f.snippet, f.rank * ${titleWeight} AS rank
     FROM (SELECT rowid, rank, snippet(title_words, 0, ?, ?, '…', ${snippetWords}) AS snippet
           FROM title_words WHERE title_words MATCH ?
             AND rowid NOT IN (SELECT seq FROM conversations WHERE deleted IS NOT NULL)
           ORDER BY rank LIMIT ?) f
     JOIN conversations c ON c.seq = f.rowid`,
    start,
    end,
    match,
    limit,
  );
  // A title is mostly its first prompt's first line: where a message was found, the title adds nothing.
  const found = new Set(messages.map(row => row.conversation_id));
  return [...messages, ...titles.filter(row => !found.has(row.conversation_id))]
    .sort((a, b) => a.rank - b.rank || b.updated - a.updated)
    .slice(0, limit)
    .map(row => ({
      conversationId: row.conversation_id,
      title: row.title,
      model: row.model,
      updated: row.updated,
      ...(row.archived !== null && {archived: row.archived}),
      ...(row.message_id !== null && {
        message: {id: row.message_id, role: row.role, created: row.created},
      }),
      snippet: parts(row.snippet, start, end),
    }));
}

function parts(marked: string, start: string, end: string): SnippetPart[] {
  const result: SnippetPart[] = [];
  const add = (text: string, hit: boolean) => {
    if (text !== '') result.push({text: text.replace(/\s+/g, ' '), hit});
  };
  const [head = '', ...rest] = marked.split(start);
  add(head, false);
  for (const piece of rest) {
    const [hit = '', after = ''] = piece.split(end);
    add(hit, true);
    add(after, false);
  }
  return result;
}
