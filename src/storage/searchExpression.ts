import type {SearchTerm} from './parseSearch.ts';
import {foldText} from './promptSearchText.ts';

/** Letters and digits: what the word index makes words of (unicode61, https://sqlite.org/fts5.html#unicode61_tokenizer). */
const wordCharacter = /[\p{L}\p{N}\p{Co}]/u;

/** Scripts without blanks between words, and signs that stand for themselves: one or two of them are worth finding. */
const standsAlone =
  /^[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ud7ff\uf900-\ufaff\u{20000}-\u{3ffff}\p{Extended_Pictographic}]/u;

/** A text as a query of SQLite's full-text search; quoted, so that nothing in it is a syntax error. */
export function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/** Whether the word index can find it at all. */
export function hasWord(text: string): boolean {
  return wordCharacter.test(text);
}

/** Whether there is more in it than the word index sees: `C++`, `.env`, `foo-bar`. */
export function hasSigns({text, isPhrase}: SearchTerm): boolean {
  return !isPhrase && hasWord(text) && /[^\p{L}\p{N}\p{Co}\p{M}]/u.test(text);
}

/** A query of the word index for messages with all these words and phrases; undefined when it cannot find them. */
export function wordsExpression(
  terms: readonly SearchTerm[],
  excluded: readonly string[] = [],
): string | undefined {
  if (terms.length === 0 || !terms.every(term => hasWord(term.text))) return undefined;
  const all = terms.map(term => quoted(term.text)).join(' AND ');
  const not = anyExpression(excluded);
  return not === undefined ? all : `(${all}) NOT (${not})`;
}

/** A query of the word index for messages with at least one of these; undefined when there is none to look for. */
export function anyExpression(texts: readonly string[]): string | undefined {
  const found = texts.filter(hasWord).map(quoted);
  return found.length === 0 ? undefined : found.join(' OR ');
}

/** How a term can be found anywhere in a text. */
export type PartSearch =
  /** By its trigrams, all of which must occur. */
  | {type: 'trigrams'; trigrams: readonly string[]}
  /** By the trigrams that begin with it: it is shorter than one. */
  | {type: 'beginnings'; text: string}
  /** By the word index: a word, or the beginning of one. */
  | {type: 'word'; text: string}
  /** Not at all: a sign or two. */
  | {type: 'none'};

/** The way to find a term as a part of a text. */
export function partSearch({text}: SearchTerm): PartSearch {
  const characters = Array.from(foldText(text));
  if (characters.length >= 3) {
    const trigrams = characters.slice(2).map((_, at) => characters.slice(at, at + 3).join(''));
    return {type: 'trigrams', trigrams: [...new Set(trigrams)]};
  }
  if (characters.length > 0 && characters.every(character => standsAlone.test(character)))
    return {type: 'beginnings', text: characters.join('')};
  return hasWord(text) ? {type: 'word', text} : {type: 'none'};
}
