import type {Database} from './openDatabase.ts';
import {parseSearch, type SearchQuery} from './parseSearch.ts';
import {foldText} from './promptSearchText.ts';
import {type Candidate, filteredCandidates, newestCandidates, rankedCandidates} from './searchCandidates.ts';
import {anyExpression, hasSigns, wordsExpression} from './searchExpression.ts';
import {type Condition, searchFilter} from './searchFilter.ts';
import {messageIndex, type SearchIndex, titleIndex} from './searchIndexes.ts';
import {partsMatch} from './searchParts.ts';
import {
  makeSnippet,
  type Needle,
  partNeedle,
  type Snippet,
  type SnippetPart,
  wordNeedle,
} from './searchSnippet.ts';
import {type Correction, correctedExpression, findCorrections} from './searchTypos.ts';

/** One place where the words were found. Times in ms since 1970. */
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
  /** As which words it has what was typed: the same, parts of words, or words that are spelt nearly so. */
  match: 'words' | 'parts' | 'similar';
};

export type SearchResult = {
  /** Best first: all `words`, then all `parts`, then all `similar`. */
  hits: readonly SearchHit[];
  /** The words that were taken for misspelt, and the words that the `similar` hits have instead. */
  corrected: readonly Correction[];
};

export type SearchOptions = {
  limit: number;
  /** The most hits of one conversation; 3 unless said. */
  perConversation?: number;
  /** False leaves out conversations that are archived. */
  archived?: boolean;
  /** ms since 1970. */
  now: number;
};

type Details = {
  id: string;
  role: 'user' | 'assistant';
  created: number;
  text: string;
  title: string;
  model: string;
  updated: number;
  archived: number | null;
};

type Read = {candidate: Candidate; details: Details; snippet: Snippet};

/** With fewer hits than this, words are looked for that are spelt nearly as what was typed. */
const few = 10;
/** So many texts with all the trigrams are read, to see whether they have the parts. */
const maxRead = 300;

/**
 * Full-text search over prompts, answers and titles; for the language of queries see `parseSearch`. What has all the
 * words comes first, then what has them as parts of words, and where there are few of both, what has words like them.
 * Throws `LlmError` (`usage`) for a filter that makes no sense; every other text is a valid query.
 */
export function searchMessages(database: Database, typed: string, options: SearchOptions): SearchResult {
  const query = parseSearch(typed, options.now);
  return database.snapshot(() => {
    const search = createSearch(database, query, options);
    if (search.isHopeless) return search.result();
    if (query.terms.length === 0) search.byFilter();
    else {
      search.byWords();
      search.byParts();
      search.bySimilarWords();
    }
    return search.result();
  });
}

/** Gathers hits, one way of searching after the other. */
function createSearch(database: Database, query: SearchQuery, options: SearchOptions) {
  const {limit, perConversation = 3, now} = options;
  const {terms, excluded} = query;
  const filter = searchFilter(database, query, options.archived ?? true);
  const hits: SearchHit[] = [];
  const seen = new Set<string>();
  const perId = new Map<string, number>();
  const used = new Map<string, Map<string, number>>();

  const indexes = (): {index: SearchIndex; conditions: readonly Condition[]}[] => [
    {index: messageIndex, conditions: filter.message},
    ...(filter.title ? [{index: titleIndex, conditions: filter.title}] : []),
  ];

  /** A title is mostly its first prompt's first line: where a message was found, the title adds nothing. */
  const isWanted = ({kind, seq, conversation}: Candidate): boolean =>
    !seen.has(`${kind} ${seq}`) && (perId.get(conversation) ?? 0) < (kind === 'title' ? 1 : perConversation);

  const add = ({candidate, details, snippet}: Read, match: SearchHit['match']): void => {
    if (hits.length >= limit || !isWanted(candidate)) return;
    const {kind, seq, conversation} = candidate;
    const {id, role, created, title, model, updated, archived} = details;
    seen.add(`${kind} ${seq}`);
    perId.set(conversation, (perId.get(conversation) ?? 0) + 1);
    hits.push({
      conversationId: conversation,
      title,
      model,
      updated,
      ...(archived !== null && {archived}),
      ...(kind === 'message' && {message: {id, role, created}}),
      snippet: snippet.parts,
      match,
    });
  };

  /** Reads one; undefined when it does not contain all `parts` (folded). */
  const read = (
    candidate: Candidate,
    needles: readonly Needle[],
    parts: readonly string[] = [],
  ): Read | undefined => {
    const details = database.get<Details>(detailsSql[candidate.kind], candidate.seq);
    if (!details) return undefined;
    const folded = parts.length === 0 ? '' : foldText(details.text);
    if (!parts.every(part => folded.includes(part))) return undefined;
    return {candidate, details, snippet: makeSnippet(details.text, needles)};
  };

  /** Messages and titles that the word index finds, ranked together. */
  const ranked = (expression: string, further: (index: SearchIndex) => readonly Condition[]): Candidate[] => {
    const found = indexes().map(({index, conditions}) =>
      rankedCandidates(
        database,
        index,
        {table: index.words, expression, conditions: [...conditions, ...further(index)]},
        {wanted: Math.ceil(limit / perConversation), perConversation, now},
      ),
    );
    const [messages = [], titles = []] = found;
    const withMessage = new Set(messages.map(({conversation}) => conversation));
    return [...messages, ...titles.filter(({conversation}) => !withMessage.has(conversation))].toSorted(
      (a, b) => a.rank - b.rank || b.time - a.time,
    );
  };

  const addRanked = (
    candidates: readonly Candidate[],
    needles: readonly Needle[],
    match: SearchHit['match'],
  ) => {
    for (const candidate of candidates) {
      if (hits.length >= limit) return;
      const found = isWanted(candidate) ? read(candidate, needles) : undefined;
      if (!found) continue;
      add(found, match);
      if (match === 'similar') note(found.snippet);
    }
  };

  let corrections: readonly Correction[] = [];
  /** Counts which words were found in place of those that were typed. */
  const note = ({found}: Snippet): void => {
    for (const [index, {text}] of terms.entries()) {
      const word = corrections.find(({typed}) => typed === text)?.found[found[index] ?? -1];
      if (word === undefined) continue;
      const counts = used.get(text) ?? new Map<string, number>();
      used.set(text, counts.set(word, (counts.get(word) ?? 0) + 1));
    }
  };

  const expression = wordsExpression(terms, excluded);

  return {
    isHopeless: filter.isEmpty,
    /** Without words: all that the filters let through, the newest first. */
    byFilter() {
      const needles = query.titles.map(partNeedle);
      const isTitleOnly = query.titles.length > 0 && isOnlyTitled(query);
      const [kind, conditions] = isTitleOnly
        ? (['title', filter.title ?? []] as const)
        : (['message', filter.message] as const);
      if (!hasFilter(query)) return;
      const all = [...conditions, ...(kind === 'message' ? without(excluded, messageIndex, 'm.seq') : [])];
      const found = filteredCandidates(database, kind, all, limit * perConversation);
      addRanked(found, isTitleOnly ? needles : [], 'words');
    },
    byWords() {
      if (expression === undefined) return;
      const needles = terms.map(({text}) => wordNeedle(text));
      // What the word index does not see of `C++` is looked for among the parts, and counts more than the rest.
      const signs = terms.filter(hasSigns);
      const literally = (index: SearchIndex): Condition[] => {
        const match = partsMatch(database, index, signs);
        if (match?.table !== index.parts) return [{sql: '0', values: []}];
        const inside = `+f.rowid IN (SELECT rowid FROM ${match.table} WHERE ${match.table} MATCH ?)`;
        return [{sql: inside, values: [match.expression]}];
      };
      if (signs.length > 0) addRanked(ranked(expression, literally), needles, 'words');
      if (hits.length < limit)
        addRanked(
          ranked(expression, () => []),
          needles,
          'words',
        );
    },
    byParts() {
      if (hits.length >= limit) return;
      const needles = terms.map(({text}) => partNeedle(text));
      const parts = terms.map(({text}) => foldText(text));
      const found: Read[] = [];
      for (const {index, conditions} of indexes()) {
        const match = partsMatch(database, index, terms);
        if (!match) continue;
        const known =
          expression === undefined
            ? []
            : [
                {
                  sql: `f.rowid NOT IN (SELECT rowid FROM ${index.words} WHERE ${index.words} MATCH ?)`,
                  values: [expression],
                },
              ];
        const all = [...match.conditions, ...conditions, ...known, ...without(excluded, index, 'f.rowid')];
        const candidates = newestCandidates(database, index, {...match, conditions: all}, perConversation);
        for (const candidate of candidates.slice(0, maxRead)) {
          if (found.length >= limit) break;
          const each = isWanted(candidate) ? read(candidate, needles, parts) : undefined;
          if (each) found.push(each);
        }
      }
      const insideWords = ({snippet}: Read): number =>
        snippet.found.reduce((sum, pattern) => sum + pattern, 0);
      found.sort((a, b) => insideWords(a) - insideWords(b) || b.candidate.time - a.candidate.time);
      for (const each of found) add(each, 'parts');
    },
    bySimilarWords() {
      if (hits.length >= Math.min(few, limit)) return;
      const {near, far} = findCorrections(database, query);
      for (const attempt of [near, far]) {
        if (hits.length >= few) return;
        const similar = correctedExpression(terms, attempt);
        if (similar === undefined) return;
        corrections = attempt;
        const not = anyExpression(excluded);
        const needles = terms.map(({text}): Needle => {
          const correction = attempt.find(({typed}) => typed === text);
          return correction
            ? correction.found.flatMap(word => wordNeedle(word).slice(0, 1))
            : wordNeedle(text);
        });
        const whole = not === undefined ? similar : `(${similar}) NOT (${not})`;
        addRanked(
          ranked(whole, () => []),
          needles,
          'similar',
        );
      }
    },
    result: (): SearchResult => ({
      hits,
      corrected: [...used].map(([typed, counts]) => ({
        typed,
        found: [...counts].toSorted((a, b) => b[1] - a[1]).map(([word]) => word),
      })),
    }),
  };
}

const detailsSql = {
  message: `SELECT m.id, m.role, m.created, m.text, c.title, c.model, c.updated, c.archived
    FROM messages m JOIN conversations c ON c.id = m.conversation_id WHERE m.seq = ?`,
  title: `SELECT id, 'user' AS role, created, title AS text, title, model, updated, archived FROM conversations WHERE seq = ?`,
} as const;

function hasFilter({role, model, before, after, titles}: SearchQuery): boolean {
  return titles.length > 0 || [role, model, before, after].some(value => value !== undefined);
}

/** Whether titles are all that is looked for. */
function isOnlyTitled({role, excluded}: SearchQuery): boolean {
  return role === undefined && excluded.length === 0;
}

/** That none of these words occur. */
function without(excluded: readonly string[], index: SearchIndex, column: string): Condition[] {
  const not = anyExpression(excluded);
  if (not === undefined) return [];
  return [
    {sql: `${column} NOT IN (SELECT rowid FROM ${index.words} WHERE ${index.words} MATCH ?)`, values: [not]},
  ];
}
