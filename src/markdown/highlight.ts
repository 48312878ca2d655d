import type {ColorLevel} from '../theme/colorLevel.ts';
import {type Paint, paint} from '../theme/paint.ts';
import type {CodeKey, Theme} from '../theme/theme.ts';
import {highlightLanguage} from './languages.ts';
import {codeContextLines} from './piece.ts';
import {stripStyles} from './sgr.ts';
import {closeLines} from './wrap.ts';

/** What of cli-highlight is used. */
export type Highlight = (
  code: string,
  options: {language: string; ignoreIllegals: boolean; theme: object},
) => string;

/**
 * Colours lines of code. `before` are lines above them, read only so that what began there is known.
 * Each line returned closes its styles; without them it is the line that was given, exactly.
 */
export type HighlightLines = (lines: readonly string[], info: string, before: readonly string[]) => string[];

/** Longer lines (minified code, data) are not coloured: they cost too much, and nobody reads them. */
const longestLine = 2000;
/** A long block is coloured in groups, so that one mistake cannot cost all of it. */
const groupLines = 200;

/** cli-highlight's scopes (highlight.js's up to the first hyphen) by ours; what is not named stays as it is. */
const scopes: Record<string, CodeKey> = {
  keyword: 'keyword',
  literal: 'constant',
  symbol: 'constant',
  number: 'number',
  built_in: 'type',
  builtin: 'type',
  type: 'type',
  string: 'string',
  code: 'string',
  formula: 'string',
  regexp: 'regexp',
  comment: 'comment',
  quote: 'comment',
  doctag: 'meta',
  meta: 'meta',
  title: 'function',
  variable: 'variable',
  template: 'variable',
  params: 'variable',
  property: 'property',
  attr: 'attribute',
  attribute: 'attribute',
  operator: 'operator',
  bullet: 'operator',
  tag: 'tag',
  name: 'tag',
  selector: 'tag',
  section: 'heading',
  strong: 'heading',
  link: 'link',
  addition: 'added',
  deletion: 'removed',
};

/** Scopes that cli-highlight would colour if they were left out, but that only hold others. */
const uncolored = ['addition', 'class', 'deletion', 'emphasis', 'function', 'subst', 'char', 'punctuation'];

export function createHighlightLines(highlight: Highlight, theme: Theme, level: ColorLevel): HighlightLines {
  const plain = paint(theme.code.plain, level);
  // Every scope is given a function, because cli-highlight fills gaps with colours of its own.
  const colors: Record<string, Paint> = {};
  for (const scope of uncolored) colors[scope] = text => text;
  for (const [scope, key] of Object.entries(scopes)) colors[scope] = paint(theme.code[key], level);
  colors.default = plain;

  const group = (lines: readonly string[], language: string, before: readonly string[]): string[] => {
    const all = [...before, ...lines];
    const code = all.join('\n');
    if (all.some(line => line.length > longestLine)) return lines.map(plain);
    try {
      const colored = highlight(code, {language, ignoreIllegals: true, theme: colors});
      const result = stripStyles(colored) === code ? closeLines(colored) : [];
      return result.length === all.length ? result.slice(before.length) : lines.map(plain);
    } catch {
      return lines.map(plain);
    }
  };

  return (lines, info, before) => {
    const language = level === 0 ? undefined : highlightLanguage(info);
    if (!language) return lines.map(plain);
    const result: string[] = [];
    for (let from = 0; from < lines.length; from += groupLines) {
      const context = from === 0 ? before : lines.slice(from - codeContextLines, from);
      result.push(...group(lines.slice(from, from + groupLines), language, context));
    }
    return result;
  };
}
