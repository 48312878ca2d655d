import type {Database} from './openDatabase.ts';
import type {SearchQuery, SearchTerm} from './parseSearch.ts';
import {allowedEdits, createEditDistance, foldText} from './promptSearchText.ts';
import {quoted} from './searchExpression.ts';

/** A typed word that may be misspelt, and words that do occur and are spelt nearly so, the likeliest first. */
export type Correction = {readonly typed: string; readonly found: readonly string[]};

/** A word of a vocabulary, in how many messages or titles it is, and how many slips of the hand it is away. */
type NearWord = {readonly word: string; readonly docs: number; readonly edits: number};

/** A word that occurs in more messages is taken for one that was meant. */
const rare = 20;
/** So many words of a query are corrected, the rarest. */
const maxCorrected = 2;
/** So many words are tried in place of one. */
const maxTried = 8;
const letters = 'abcdefghijklmnopqrstuvwxyz';

/**
 * Words to try in place of those of a query that no message or only few contain. `near` are as close to what was typed
 * as any, `far` those that are a slip further away too. Empty when there is nothing to correct.
 */
export function findCorrections(
  database: Database,
  {terms}: SearchQuery,
): {near: readonly Correction[]; far: readonly Correction[]} {
  const doubtful = terms
    .filter(isCorrectable)
    .map(({text}) => ({text, docs: countOf(database, foldText(text))}))
    .filter(({docs}) => docs <= rare)
    .toSorted((a, b) => a.docs - b.docs)
    .slice(0, maxCorrected);
  const all = doubtful.map(({text, docs}) => ({
    typed: text,
    own: docs,
    words: nearWords(database, foldText(text)),
  }));
  const pick = (within: number): Correction[] =>
    all.flatMap(({typed, own, words}) => {
      const closest = words[0]?.edits ?? 0;
      const found = words.filter(({edits}) => edits <= closest + within).map(({word}) => word);
      const itself = own > 0 ? [foldText(typed)] : [];
      return found.length === 0 ? [] : [{typed, found: [...itself, ...found].slice(0, maxTried)}];
    });
  return {near: pick(0), far: pick(1)};
}

/** The query of the word index with the corrections as alternatives; undefined when it cannot be asked. */
export function correctedExpression(
  terms: readonly SearchTerm[],
  corrections: readonly Correction[],
): string | undefined {
  if (corrections.length === 0) return undefined;
  return terms
    .map(({text, isPhrase}) => {
      const correction = isPhrase ? undefined : corrections.find(({typed}) => typed === text);
      return `(${(correction?.found ?? [text]).map(quoted).join(' OR ')})`;
    })
    .join(' AND ');
}

/** A word of letters, long enough for a slip of the hand. */
function isCorrectable({text, isPhrase}: SearchTerm): boolean {
  return (
    !isPhrase &&
    /^\p{Script=Latin}+$|^\p{Script=Cyrillic}+$|^\p{Script=Greek}+$/u.test(text) &&
    allowedEdits(Array.from(text).length) > 0
  );
}

const vocabularies = ['message_vocabulary', 'title_vocabulary'] as const;

function countOf(database: Database, word: string): number {
  return vocabularies.reduce(
    (sum, vocabulary) =>
      sum + (database.get<{doc: number}>(`SELECT doc FROM ${vocabulary} WHERE term = ?`, word)?.doc ?? 0),
    0,
  );
}

/**
 * The words that occur and are like this one, nearest first, the more frequent first among them. Going through the whole
 * vocabulary takes 150 ms at 100,000 messages. So those are compared that begin with the same two letters, and what one
 * slip in these may have been made of is looked up; only where that finds nothing, all with the same first letter.
 */
function nearWords(database: Database, word: string): NearWord[] {
  const typed = codePoints(word);
  const limit = allowedEdits(typed.length);
  const distance = createEditDistance(typed, limit, false);
  const found = new Map<string, NearWord>();
  const take = (rows: readonly {term: string; doc: number}[]): void => {
    for (const {term, doc} of rows) {
      const points = codePoints(term);
      const edits = term === word ? limit + 1 : distance(points, 0, points.length);
      if (edits <= limit) found.set(term, {word: term, docs: doc + (found.get(term)?.docs ?? 0), edits});
    }
  };
  const takeBeginning = (beginning: string): void => {
    for (const vocabulary of vocabularies) {
      take(
        database.all(
          `SELECT term, doc FROM ${vocabulary} WHERE term >= ? AND term < ? AND length(term) BETWEEN ? AND ?`,
          beginning,
          `${beginning}\u{10ffff}`,
          typed.length - limit,
          typed.length + limit,
        ),
      );
    }
  };
  const [first = '', second = ''] = Array.from(word);
  takeBeginning(first + second);
  const others = JSON.stringify(withAnotherStart(word).filter(other => !other.startsWith(first + second)));
  for (const vocabulary of vocabularies)
    take(
      database.all(
        `SELECT v.term, v.doc FROM json_each(?) e CROSS JOIN ${vocabulary} v WHERE v.term = e.value`,
        others,
      ),
    );
  if (found.size === 0 && limit > 1) {
    for (const letter of letters) if (letter !== second) takeBeginning(first + letter);
  }
  return [...found.values()].toSorted((a, b) => a.edits - b.edits || b.docs - a.docs);
}

/** What a word may be that was typed with one slip in its first two letters. */
function withAnotherStart(word: string): string[] {
  const typed = Array.from(word);
  const changed = (at: number, removed: number, ...added: string[]): string =>
    typed.toSpliced(at, removed, ...added).join('');
  const candidates = [0, 1].flatMap(at => [
    changed(at, 1),
    changed(at, 2, typed[at + 1] ?? '', typed[at] ?? ''),
    ...Array.from(letters, letter => changed(at, 1, letter)),
    ...Array.from(letters, letter => changed(at, 0, letter)),
  ]);
  return [...new Set(candidates)];
}

function codePoints(text: string): number[] {
  return Array.from(text, letter => letter.codePointAt(0) ?? 0);
}
