import {lineEnd, lineStart} from '../lines.ts';

/** A part of a text that a command works on, `[start, end)`; with `isLines`, all the lines it touches. */
export type ViSpan = {readonly start: number; readonly end: number; readonly isLines: boolean};

/** The kinds of brackets, opening and closing. */
const brackets = ['()', '[]', '{}', '<>'];
const byName: Readonly<Record<string, string>> = {b: '()', B: '{}'};

/** The pair of brackets that a text object names, by either of them, or by `b` or `B`. */
export function bracketsOf(name: string): string | undefined {
  return byName[name] ?? brackets.find(pair => pair.includes(name));
}

/** `%`: the other bracket of the first one at `at` or behind it in its line; null when there is none. */
export function matchingBracket(text: string, at: number): number | null {
  const found = text.slice(at, lineEnd(text, at)).search(/[()[\]{}]/);
  if (found === -1) return null;
  const from = at + found;
  const pair = bracketsOf(text.charAt(from)) ?? '';
  return text.charAt(from) === pair.charAt(0)
    ? closingAfter(text, from + 1, pair, 1)
    : openingBefore(text, from, pair, 1);
}

/** What stands between brackets around `at`, the `count`th pair from the inside; `around` takes them with it. */
export function bracketObject(
  text: string,
  at: number,
  count: number,
  pair: string,
  around: boolean,
): ViSpan | null {
  const [opening = '', closing = ''] = pair;
  const isOpening = text.charAt(at) === opening;
  const from = text.charAt(at) === closing ? at : isOpening ? at + 1 : at;
  const open = openingBefore(text, from, pair, count);
  const close = open === null ? null : closingAfter(text, open + 1, pair, 1);
  if (open === null || close === null || close < at) return null;
  if (around) return {start: open, end: close + 1, isLines: false};
  // A block whose brackets have lines of their own is its lines.
  const lastLine = lineStart(text, close);
  const isBlock = text.charAt(open + 1) === '\n' && /^[ \t]*$/.test(text.slice(lastLine, close));
  if (isBlock && lastLine > open + 2) return {start: open + 2, end: lastLine - 1, isLines: true};
  return {start: open + 1, end: close, isLines: false};
}

function openingBefore(text: string, from: number, pair: string, depth: number): number | null {
  let open = depth;
  for (let at = from - 1; at >= 0; at -= 1) {
    if (text.charAt(at) === pair.charAt(1)) open += 1;
    else if (text.charAt(at) === pair.charAt(0)) open -= 1;
    if (open === 0) return at;
  }
  return null;
}

function closingAfter(text: string, from: number, pair: string, depth: number): number | null {
  let open = depth;
  for (let at = from; at < text.length; at += 1) {
    if (text.charAt(at) === pair.charAt(0)) open += 1;
    else if (text.charAt(at) === pair.charAt(1)) open -= 1;
    if (open === 0) return at;
  }
  return null;
}

/** What stands between quotes around `at` in its line, else between the next ones; `around` takes them with it. */
export function quoteObject(text: string, at: number, quote: string, around: boolean): ViSpan | null {
  const first = lineStart(text, at);
  const last = lineEnd(text, at);
  const places: number[] = [];
  for (let index = first; index < last; index += 1) {
    if (text.charAt(index) === '\\') index += 1;
    else if (text.charAt(index) === quote) places.push(index);
  }
  for (let index = 0; index + 1 < places.length; index += 2) {
    const [open = 0, close = 0] = places.slice(index, index + 2);
    if (close < at) continue;
    if (!around) return {start: open + 1, end: close, isLines: false};
    const after = /^[ \t]*/.exec(text.slice(close + 1, last))?.[0].length ?? 0;
    const before = after > 0 ? 0 : (/[ \t]*$/.exec(text.slice(first, open))?.[0].length ?? 0);
    return {start: open - before, end: close + 1 + after, isLines: false};
  }
  return null;
}
