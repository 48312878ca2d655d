import type {Database, Value} from './openDatabase.ts';
import type {SearchQuery} from './parseSearch.ts';
import {foldText} from './promptSearchText.ts';
import {titleIndex} from './searchIndexes.ts';
import {partsMatch} from './searchParts.ts';

/** What rows must fulfil besides the words. */
export type Condition = {readonly sql: string; readonly values: readonly Value[]};

/** The filters of a query on messages (`m`), and on conversations (`c`) where only a title is looked at. */
export type Filter = {
  /** Nothing can fit: no model is called so, nothing is of that time. */
  readonly isEmpty: boolean;
  readonly message: readonly Condition[];
  /** Null when no title can fit: a title has no role. */
  readonly title: readonly Condition[] | null;
};

/** Makes the filters of a query. What is deleted is in none; without `archived`, conversations that are put away are left out. */
export function searchFilter(database: Database, query: SearchQuery, archived: boolean): Filter {
  const {role, model, before, after, titles} = query;
  const deleted = 'SELECT id FROM conversations WHERE deleted IS NOT NULL';
  const message: Condition[] = [{sql: `m.conversation_id NOT IN (${deleted})`, values: []}];
  const title: Condition[] = [{sql: 'c.deleted IS NULL', values: []}];
  let isEmpty = false;
  if (!archived) {
    const away = 'SELECT id FROM conversations WHERE archived IS NOT NULL';
    message.push({sql: `m.conversation_id NOT IN (${away})`, values: []});
    title.push({sql: 'c.archived IS NULL', values: []});
  }
  if (role !== undefined) message.push({sql: 'm.role = ?', values: [role]});
  if (model !== undefined) {
    const models = modelsNamed(database, model);
    const values = [JSON.stringify(models)];
    isEmpty = models.length === 0;
    const own = 'coalesce(m.model, (SELECT model FROM conversations WHERE id = m.conversation_id))';
    message.push({sql: `${own} IN (SELECT value FROM json_each(?))`, values});
    title.push({sql: 'c.model IN (SELECT value FROM json_each(?))', values});
  }
  if (before !== undefined || after !== undefined) {
    const [from, to] = [after ?? Number.MIN_SAFE_INTEGER, before ?? Number.MAX_SAFE_INTEGER];
    const [first, last] = sequenceOf(database, from, to);
    isEmpty ||= first > last;
    message.push({sql: 'm.created >= ? AND m.created < ?', values: [from, to]});
    message.push({sql: 'm.seq BETWEEN ? AND ?', values: [first, last]});
    title.push({sql: 'c.updated >= ? AND c.created < ?', values: [from, to]});
  }
  if (titles.length > 0) {
    const titled = conversationsTitled(database, titles);
    const values = [JSON.stringify(titled)];
    isEmpty ||= titled.length === 0;
    message.push({sql: 'm.conversation_id IN (SELECT value FROM json_each(?))', values});
    title.push({sql: 'c.id IN (SELECT value FROM json_each(?))', values});
  }
  return {isEmpty, message, title: role === undefined ? title : null};
}

/** All models that ever answered, or are to answer, and whose full name contains this. */
function modelsNamed(database: Database, part: string): string[] {
  // One step a model through the index, instead of one a message.
  const rows = database.all<{model: string}>(
    `WITH RECURSIVE used (model) AS (
       SELECT min(model) FROM messages WHERE model IS NOT NULL
       UNION ALL SELECT (SELECT min(m.model) FROM messages m WHERE m.model > used.model) FROM used
         WHERE used.model IS NOT NULL
     ) SELECT model FROM used WHERE model IS NOT NULL UNION SELECT model FROM conversations`,
  );
  const wanted = part.toLowerCase();
  return rows.map(({model}) => model).filter(model => model.toLowerCase().includes(wanted));
}

/**
 * Between which rows the messages of a time are. Mostly rows are in the order of time, so that this spares looking at
 * the others; where they were imported, it only says too much.
 */
function sequenceOf(database: Database, from: number, to: number): [first: number, last: number] {
  const row = database.get<{first: number | null; last: number | null}>(
    'SELECT min(seq) AS first, max(seq) AS last FROM messages WHERE created >= ? AND created < ?',
    from,
    to,
  );
  return [row?.first ?? 0, row?.last ?? -1];
}

/** The ids of the conversations whose title contains all of these. */
function conversationsTitled(database: Database, titles: readonly string[]): string[] {
  const match = partsMatch(
    database,
    titleIndex,
    titles.map(text => ({text, isPhrase: true})),
  );
  if (!match) return [];
  const rows = database.all<{id: string; title: string}>(
    `SELECT c.id, c.title FROM ${match.table} f CROSS JOIN conversations c ON c.seq = f.rowid
     WHERE ${[`${match.table} MATCH ?`, ...match.conditions.map(({sql}) => sql)].join(' AND ')}`,
    match.expression,
    ...match.conditions.flatMap(({values}) => values),
  );
  const wanted = titles.map(foldText);
  return rows.filter(({title}) => wanted.every(text => foldText(title).includes(text))).map(({id}) => id);
}
