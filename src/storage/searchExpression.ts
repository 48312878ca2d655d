/**
 * What a person typed as a query of SQLite's full-text search: all words must occur, the last one may be the beginning
 * of a word, and "words in quotes" must follow one another. Everything is quoted, so no character of the query
 * language has a meaning and nothing typed is a syntax error (https://sqlite.org/fts5.html#full_text_query_syntax).
 *
 * @returns undefined when nothing in it can be searched for
 */
export function ftsQuery(typed: string): string | undefined {
  const phrases: string[] = [];
  let open = false;
  for (const match of typed.replaceAll('\0', ' ').matchAll(/"([^"]*)"?|[^\s"]+/g)) {
    const words = match[1] ?? match[0];
    if (!/[\p{L}\p{N}\p{Co}]/u.test(words)) continue;
    phrases.push(`"${words}"`);
    open = match[1] === undefined || !match[0].endsWith('"');
  }
  if (phrases.length === 0) return undefined;
  return phrases.join(' ') + (open ? '*' : '');
}
