import {LlmError} from '../core/errors.ts';
import {searchDate} from './searchDate.ts';

/** What a person looks for. */
export type SearchQuery = {
  /** What must occur, all of it: words, and phrases, whose words follow one another. */
  readonly terms: readonly SearchTerm[];
  /** What must not occur. */
  readonly excluded: readonly string[];
  /** What the title of the conversation must contain. */
  readonly titles: readonly string[];
  readonly role?: 'user' | 'assistant';
  /** A part of the full name of the model that answered. */
  readonly model?: string;
  /** The message is older, or not older, than this; in ms since 1970. */
  readonly before?: number;
  readonly after?: number;
};

export type SearchTerm = {readonly text: string; readonly isPhrase: boolean};

/** What stands for whose messages are looked for. */
const roles: Readonly<Record<string, 'user' | 'assistant'>> = {
  user: 'user',
  prompt: 'user',
  assistant: 'assistant',
  answer: 'assistant',
};

/** A key with its value, a phrase, or a word; what is in quotes may hold blanks. */
const part =
  /(role|model|before|after|title):(?:"([^"]*)"?|(\S*))|(-(?=["\p{L}]))?(?:"([^"]*)"?|([^\s"]+))/giu;

/**
 * Reads a search: words, "phrases", `-word`, `role:user|assistant`, `model:TEXT`, `title:TEXT`, `before:` and `after:`
 * with a date (see `searchDate`). All else, also `key:value` of other keys, is words.
 *
 * @param now ms since 1970, for dates such as `7d`
 * @throws `LlmError` (`usage`) that names the key whose value makes no sense
 */
export function parseSearch(typed: string, now: number): SearchQuery {
  const terms: SearchTerm[] = [];
  const excluded: string[] = [];
  const titles: string[] = [];
  const found: {role?: 'user' | 'assistant'; model?: string; before?: number; after?: number} = {};
  for (const match of typed.replaceAll('\0', ' ').matchAll(part)) {
    const [whole, name, quotedValue, plainValue, minus, phrase, word] = match;
    if (name === undefined) {
      const text = (phrase ?? word ?? '').trim();
      if (text === '') continue;
      if (minus !== undefined) excluded.push(text);
      else terms.push({text, isPhrase: phrase !== undefined});
      continue;
    }
    const key = name.toLowerCase();
    const value = (quotedValue ?? plainValue ?? '').trim();
    if (key === 'title' && value !== '') titles.push(value);
    else if (key === 'model' && value !== '') found.model = value;
    else if (key === 'role' && Object.hasOwn(roles, value.toLowerCase())) {
      const role = roles[value.toLowerCase()];
      if (role) found.role = role;
    } else {
      const moment = key === 'before' || key === 'after' ? searchDate(value, now) : undefined;
      if (moment === undefined) throw refusal(key, value, whole);
      if (key === 'before') found.before = Math.min(moment, found.before ?? Number.POSITIVE_INFINITY);
      else found.after = Math.max(moment, found.after ?? Number.NEGATIVE_INFINITY);
    }
  }
  return {terms, excluded, titles, ...found};
}

const wanted: Readonly<Record<string, string>> = {
  role: 'user or assistant',
  model: 'a part of the name of a model',
  title: 'a part of a title',
  before: 'a date such as 2025-11-15, 2025-11, yesterday or 7d',
  after: 'a date such as 2025-11-15, 2025-11, yesterday or 7d',
};

function refusal(key: string, value: string, whole: string): LlmError {
  return new LlmError({
    kind: 'usage',
    message: `${key}: wants ${wanted[key]}${value === '' ? '' : `, got "${value}"`}`,
    hint: `To look for it as text, put it into quotes: "${whole.replaceAll('"', '')}"`,
  });
}
