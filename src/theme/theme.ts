import {LlmError} from '../core/errors.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import type {Background} from './background.ts';
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
  appearance: Background | 'any';
  /** The theme to take instead where the background is the other one. */
  counterpart?: string;
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
 * Reads a theme out of a parsed JSON file, as it is on a background: a file may hold other styles for a dark and for a
 * light one (`"dark": {…}`, `"light": {…}`), which go before those for any. `where` names the file in messages.
 * Throws `LlmError` of kind `usage` that names the key and what was expected.
 */
export function parseTheme(json: unknown, where = 'theme', background?: Background): Theme {
  const file = asObject(json, where, 'the file');
  const {name, appearance = 'any', counterpart} = file;
  if (typeof name !== 'string' || name.trim() === '') throw wrong(where, 'name', 'a name');
  if (appearance !== 'dark' && appearance !== 'light' && appearance !== 'any') {
    throw wrong(where, 'appearance', '"dark", "light" or "any"');
  }
  if (counterpart !== undefined && typeof counterpart !== 'string') {
    throw wrong(where, 'counterpart', 'the name of a theme');
  }
  requireKnown(file, where, '', [
    '$schema',
    'name',
    'appearance',
    'counterpart',
    ...backgrounds,
    ...styleKeys,
  ]);
  const own = readSheet(file, where, '');
  const variants = backgrounds.map(each => {
    const values = file[each] === undefined ? {} : asObject(file[each], where, each);
    requireKnown(values, where, `${each}.`, styleKeys);
    return {background: each, sheet: readSheet(values, where, `${each}.`)};
  });
  const variant = variants.find(each => each.background === background)?.sheet;
  return {
    ...fill(themeKeys, themeFallback, own.styles, variant?.styles),
    name: neutraliseLine(name),
    appearance,
    ...(counterpart !== undefined && {counterpart}),
    code: fill(codeKeys, codeFallback, own.code, variant?.code),
  };
}

const backgrounds = ['dark', 'light'] as const satisfies readonly Background[];
const styleKeys: readonly string[] = [...themeKeys, 'code'];

type Sheet = {styles: Map<ThemeKey, Style>; code: Map<CodeKey, Style>};

/** The styles that an object of the file names, of the screen and of code. */
function readSheet(values: Record<string, unknown>, where: string, prefix: string): Sheet {
  const code = values.code === undefined ? {} : asObject(values.code, where, `${prefix}code`);
  requireKnown(code, where, `${prefix}code.`, codeKeys);
  return {
    styles: readStyles(values, themeKeys, where, prefix),
    code: readStyles(code, codeKeys, where, `${prefix}code.`),
  };
}

function requireKnown(
  values: Record<string, unknown>,
  where: string,
  prefix: string,
  keys: readonly string[],
): void {
  for (const key of Object.keys(values)) {
    if (!keys.includes(key)) throw unknown(where, prefix + key, keys);
  }
}

function readStyles<Key extends string>(
  values: Record<string, unknown>,
  keys: readonly Key[],
  where: string,
  prefix: string,
): Map<Key, Style> {
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
  return given;
}

/** A style for every key: the variant's, else the theme's own, else what stands for the key. */
function fill<Key extends string>(
  keys: readonly Key[],
  fallback: Partial<Record<Key, Key | Style>>,
  own: ReadonlyMap<Key, Style>,
  variant: ReadonlyMap<Key, Style> = new Map(),
): Record<Key, Style> {
  const find = (key: Key): Style => {
    const given = variant.get(key) ?? own.get(key);
    if (given) return given;
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
    hint: `known keys: ${keys.filter(each => each !== '$schema').join(', ')}`,
  });
}
