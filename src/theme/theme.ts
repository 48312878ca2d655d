import {LlmError} from '../core/errors.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import {parseStyle, type Style} from './style.ts';

/** What the screen is made of, by meaning. A theme file may leave any of them out. */
export const themeKeys = [
  'text',
  'dim',
  'accent',
  'user',
  'assistant',
  'heading',
  'strong',
  'emphasis',
  'strikethrough',
  'link',
  'codespan',
  'math',
  'quote',
  'rule',
  'bullet',
  'checkbox',
  'tableHeader',
  'border',
  'thinking',
  'prompt',
  'suggestion',
  'status',
  'error',
  'warning',
  'success',
  'info',
  'selection',
  'match',
] as const;
export type ThemeKey = (typeof themeKeys)[number];

/** What the lines of a code block are made of; highlight.js calls these scopes by more names. */
export const codeKeys = [
  'plain',
  'keyword',
  'string',
  'number',
  'comment',
  'function',
  'type',
  'variable',
  'constant',
  'operator',
  'property',
  'tag',
  'attribute',
  'meta',
  'regexp',
  'added',
  'removed',
  'heading',
  'link',
] as const;
export type CodeKey = (typeof codeKeys)[number];

export type Theme = {
  name: string;
  /** The background that its colours were chosen for; `any` follows the terminal's own colours. */
  appearance: 'dark' | 'light' | 'any';
  code: Record<CodeKey, Style>;
} & Record<ThemeKey, Style>;

/** What stands for a key that a theme leaves out: another key, or a style of its own. */
const themeFallback: Partial<Record<ThemeKey, ThemeKey | Style>> = {
  dim: {dim: true},
  user: 'accent',
  assistant: 'accent',
  heading: {bold: true},
  strong: {bold: true},
  emphasis: {italic: true},
  strikethrough: {strikethrough: true},
  link: {underline: true},
  math: 'text',
  quote: 'dim',
  rule: 'dim',
  bullet: 'dim',
  checkbox: 'success',
  tableHeader: {bold: true},
  border: 'dim',
  thinking: 'dim',
  prompt: 'accent',
  suggestion: 'dim',
  status: 'dim',
  info: 'accent',
  selection: {inverse: true},
  match: {bold: true, underline: true},
};

const codeFallback: Partial<Record<CodeKey, CodeKey | Style>> = {
  comment: {dim: true},
  constant: 'number',
  attribute: 'property',
  property: 'variable',
  tag: 'keyword',
  regexp: 'string',
  heading: 'keyword',
  link: 'string',
};

/**
 * Reads a theme out of a parsed JSON file. `where` names the file in messages.
 * Throws `LlmError` of kind `usage` that names the key and what was expected.
 */
export function parseTheme(json: unknown, where = 'theme'): Theme {
  const file = asObject(json, where, 'the file');
  const name = file.name;
  if (typeof name !== 'string' || name.trim() === '') throw wrong(where, 'name', 'a name');
  const appearance = file.appearance ?? 'any';
  if (appearance !== 'dark' && appearance !== 'light' && appearance !== 'any') {
    throw wrong(where, 'appearance', '"dark", "light" or "any"');
  }
  const known = new Set<string>(['$schema', 'name', 'appearance', 'code', ...themeKeys]);
  for (const key of Object.keys(file)) {
    if (!known.has(key)) throw unknown(where, key, [...themeKeys, 'code']);
  }
  const codeFile = file.code === undefined ? {} : asObject(file.code, where, 'code');
  for (const key of Object.keys(codeFile)) {
    if (!(codeKeys as readonly string[]).includes(key)) throw unknown(where, `code.${key}`, codeKeys);
  }
  const styles = readStyles(file, themeKeys, themeFallback, where, '');
  const code = readStyles(codeFile, codeKeys, codeFallback, where, 'code.');
  return {...styles, name: neutraliseLine(name), appearance, code};
}

function readStyles<Key extends string>(
  values: Record<string, unknown>,
  keys: readonly Key[],
  fallback: Partial<Record<Key, Key | Style>>,
  where: string,
  prefix: string,
): Record<Key, Style> {
  const given = new Map<Key, Style>();
  for (const key of keys) {
    const value = values[key];
    if (value === undefined) continue;
    if (typeof value !== 'string') throw wrong(where, prefix + key, 'a text such as "bold #88c0d0"');
    const parsed = parseStyle(value);
    if (!parsed.ok) {
      throw wrong(where, prefix + key, `colours and attributes, but found "${neutraliseLine(parsed.word)}"`);
    }
    given.set(key, parsed.style);
  }
  const find = (key: Key): Style => {
    const own = given.get(key);
    if (own) return own;
    const other = fallback[key];
    if (other === undefined) return {};
    return typeof other === 'string' ? find(other as Key) : (other as Style);
  };
  return Object.fromEntries(keys.map(key => [key, find(key)])) as Record<Key, Style>;
}

function asObject(value: unknown, where: string, key: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrong(where, key, 'an object');
  }
  return value as Record<string, unknown>;
}

function wrong(where: string, key: string, expected: string): LlmError {
  return new LlmError({
    kind: 'usage',
    message: `${neutraliseLine(where)}: ${key}: expected ${expected}`,
    hint: 'a style is words like "bold", "bright-red", "#88c0d0", "208", "on blue"',
  });
}

function unknown(where: string, key: string, keys: readonly string[]): LlmError {
  return new LlmError({
    kind: 'usage',
    message: `${neutraliseLine(where)}: unknown key ${neutraliseLine(key)}`,
    hint: `known keys: ${keys.join(', ')}`,
  });
}
