import type {Database} from './openDatabase.ts';
import type {Condition} from './searchFilter.ts';
import type {SearchIndex} from './searchIndexes.ts';
import type {Match} from './searchParts.ts';

/** A message or title that may be what is looked for. */
export type Candidate = {
  readonly kind: 'message' | 'title';
  /** Of the message, or of the conversation. */
  readonly seq: number;
  readonly conversation: string;
  /** When it was said or changed, in ms since 1970. */
  readonly time: number;
  /** How badly it fits: the lower the better, 0 the worst. */
  readonly rank: number;
};

type Row = {seq: number; conversation: string; time: number; rank: number};

/** So many of the newest that fit are ranked at a time: of a word that is everywhere, the oldest are not. */
const pool = 2000;
const maxPools = 4;
/** A word in a title says more about a conversation than one somewhere in it. */
const titleWeight = 2;
/** What the newest gains over the oldest, and after how long half of that is gone, in ms. */
const freshness = 0.2;
const halfLife = 180 * 24 * 60 * 60 * 1000;
/** What the first, second, third … hit of one conversation still counts, so that others are seen beside it. */
const spreading = [1, 0.7, 0.5];

/**
 * Those that the word index finds, best first: by bm25 (https://sqlite.org/fts5.html#the_bm25_function), newer ones a
 * little before older ones, at most `perConversation` of each conversation.
 *
 * @param wanted how many different conversations are enough
 */
export function rankedCandidates(
  database: Database,
  index: SearchIndex,
  match: Match,
  {wanted, perConversation, now}: {wanted: number; perConversation: number; now: number},
): Candidate[] {
  const rows: Row[] = [];
  const conversations = new Set<string>();
  let below = Number.MAX_SAFE_INTEGER;
  for (let round = 0; round < maxPools && conversations.size < wanted; round++) {
    const found = select(database, index, match, `bm25(${match.table})`, below, pool);
    rows.push(...found);
    for (const row of found) conversations.add(row.conversation);
    if (found.length < pool) break;
    below = found.at(-1)?.seq ?? 0;
  }
  const weight = index.kind === 'title' ? titleWeight : 1;
  const candidates = rows.map(row => {
    const age = Math.max(0, now - row.time);
    return {...row, kind: index.kind, rank: weight * row.rank * (1 + freshness * 2 ** (-age / halfLife))};
  });
  return spread(candidates, perConversation);
}

/** Those that an index finds, the newest first, at most `perConversation` of each conversation. */
export function newestCandidates(
  database: Database,
  index: SearchIndex,
  match: Match,
  perConversation: number,
): Candidate[] {
  const rows = select(database, index, match, '0', Number.MAX_SAFE_INTEGER, pool);
  return spread(
    rows.map(row => ({...row, kind: index.kind})),
    perConversation,
  );
}

function select(
  database: Database,
  index: SearchIndex,
  {table, expression, conditions}: Match,
  rank: string,
  below: number,
  limit: number,
): Row[] {
  const where = [`${table} MATCH ?`, 'f.rowid < ?', ...conditions.map(({sql}) => sql)].join(' AND ');
  return database.all<Row>(
    `SELECT f.rowid AS seq, ${rank} AS rank, ${index.columns} FROM ${table} f ${index.join}
     WHERE ${where} ORDER BY f.rowid DESC LIMIT ?`,
    expression,
    below,
    ...conditions.flatMap(({values}) => values),
    limit,
  );
}

/** All that fulfil the conditions, the newest first: for a search without words. */
export function filteredCandidates(
  database: Database,
  kind: 'message' | 'title',
  conditions: readonly Condition[],
  limit: number,
): Candidate[] {
  const where = conditions.map(({sql}) => sql).join(' AND ');
  const values = conditions.flatMap(each => each.values);
  const rows =
    kind === 'message'
      ? database.all<Row>(
          `SELECT m.seq, m.conversation_id AS conversation, m.created AS time, 0 AS rank FROM messages m
           WHERE m.text <> '' AND ${where} ORDER BY m.seq DESC LIMIT ?`,
          ...values,
          limit,
        )
      : database.all<Row>(
          `SELECT c.seq, c.id AS conversation, c.updated AS time, 0 AS rank FROM conversations c
           WHERE ${where} ORDER BY c.updated DESC LIMIT ?`,
          ...values,
          limit,
        );
  return rows.map(row => ({...row, kind}));
}

/** Best first, with the later hits of each conversation counting for less, and none beyond `most`. */
export function spread(candidates: readonly Candidate[], most: number): Candidate[] {
  const counts = new Map<string, number>();
  const kept: Candidate[] = [];
  for (const candidate of candidates.toSorted(byRank)) {
    const count = counts.get(candidate.conversation) ?? 0;
    if (count >= most) continue;
    counts.set(candidate.conversation, count + 1);
    kept.push({...candidate, rank: candidate.rank * (spreading[count] ?? spreading.at(-1) ?? 1)});
  }
  return kept.toSorted(byRank);
}

function byRank(a: Candidate, b: Candidate): number {
  return a.rank - b.rank || b.time - a.time;
}
