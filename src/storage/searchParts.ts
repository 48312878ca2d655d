import type {Database} from './openDatabase.ts';
import type {SearchTerm} from './parseSearch.ts';
import {partSearch, quoted} from './searchExpression.ts';
import type {Condition} from './searchFilter.ts';
import type {SearchIndex} from './searchIndexes.ts';

/** How an index is asked: its table, the query, and what else its rows `f` must fulfil. */
export type Match = {
  readonly table: string;
  readonly expression: string;
  readonly conditions: readonly Condition[];
};

/** So many of the trigrams that begin with a letter or two are looked for, the most frequent. */
const maxBeginnings = 500;

/**
 * How texts are found that contain all terms anywhere; among them are some that only have all the trigrams. Undefined
 * when there is nothing to look for, or nothing can be found.
 */
export function partsMatch(
  database: Database,
  index: SearchIndex,
  terms: readonly SearchTerm[],
): Match | undefined {
  const parts: string[] = [];
  const words: string[] = [];
  for (const term of terms) {
    const search = partSearch(term);
    if (search.type === 'trigrams') parts.push(...search.trigrams.map(quoted));
    if (search.type === 'word') words.push(`${quoted(search.text)}*`);
    if (search.type === 'beginnings') {
      const rows = database.all<{term: string}>(
        `SELECT term FROM ${index.partsVocabulary} WHERE term >= ? AND term < ? ORDER BY doc DESC LIMIT ${maxBeginnings}`,
        search.text,
        `${search.text}\u{10ffff}`,
      );
      if (rows.length === 0) return undefined;
      parts.push(`(${rows.map(row => quoted(row.term)).join(' OR ')})`);
    }
  }
  if (parts.length === 0) {
    return words.length === 0
      ? undefined
      : {table: index.words, expression: words.join(' AND '), conditions: []};
  }
  // The plus keeps SQLite from asking the index of parts anew for every row of the other.
  return {
    table: index.parts,
    expression: parts.join(' AND '),
    conditions:
      words.length === 0
        ? []
        : [
            {
              sql: `+f.rowid IN (SELECT rowid FROM ${index.words} WHERE ${index.words} MATCH ?)`,
              values: [words.join(' AND ')],
            },
          ],
  };
}
