import type {Token, Tokens} from 'marked';
import {findOpenFence} from './fence.ts';
import {usualLimits} from './growing.ts';
import {createLex} from './lexer.ts';

/** A fence that a text opens and does not close: its first line, and the code after it exactly as far as it goes. */
export type UnclosedFence = {opening: string; code: string};

/** Finds the fence in whose middle a text ends, also one inside a list; undefined when there is none. */
export function findUnclosedFence(text: string): UnclosedFence | undefined {
  const isCutInLine = !text.endsWith('\n');
  const tokens = createLex()(isCutInLine ? `${text}\n` : text, Object.create(null));
  const last = lastLeaf(tokens);
  if (last?.type !== 'code') return undefined;
  // The raw text of what ends a list lacks its last newline.
  const raw = last.raw.endsWith('\n') ? last.raw : `${last.raw}\n`;
  const found = findOpenFence({...(last as Tokens.Code), raw}, usualLimits);
  if (!found) return undefined;
  // Inside a list, the lines to come are indented as these are; a fence takes away as much as it has itself.
  const line = text.split('\n').findLast(each => /^ *(?:`{3,}|~{3,})/.test(each)) ?? '';
  const indent = /^ {0,3}/.exec(line)?.[0] ?? '';
  const code = found.lines.map(line => `${line}\n`).join('');
  return {opening: indent + found.opening.trimStart(), code: isCutInLine ? code.slice(0, -1) : code};
}

function lastLeaf(tokens: readonly Token[]): Token | undefined {
  const last = tokens.findLast(token => token.type !== 'space');
  if (last?.type !== 'list') return last;
  return lastLeaf((last as Tokens.List).items.at(-1)?.tokens ?? []);
}
