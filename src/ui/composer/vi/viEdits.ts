import * as edit from '../buffer.ts';
import * as drafts from '../draft.ts';
import {nextBorder, previousBorder} from '../graphemes.ts';
import {firstNonBlank, lineEnd, lineStart} from '../lines.ts';
import type {Operator} from './parseViCommand.ts';
import type {Place} from './viMotions.ts';
import type {ViSpan} from './viObjects.ts';

type Draft = drafts.Draft;

/** A text that is put in more often than this allows, in UTF-16 units, is put in less often. */
const mostInserted = 1_000_000;

/** What an operator takes on the way to a place. */
export function spanTo(text: string, at: number, {to, kind}: Place): ViSpan {
  const start = Math.min(at, to);
  const end = Math.max(at, to);
  if (kind === 'lines') return {start: lineStart(text, start), end: lineEnd(text, end), isLines: true};
  if (kind === 'inclusive') {
    const isCharacter = end < text.length && text.charAt(end) !== '\n';
    return {start, end: isCharacter ? nextBorder(text, end) : end, isLines: false};
  }
  // What ends at the start of a line leaves the newline before it alone.
  const isAtLineStart = end > start && text.charAt(end - 1) === '\n';
  return {start, end: isAtLineStart ? end - 1 : end, isLines: false};
}

/** What an operator does with a span. `c` leaves the cursor where its text is to be typed. */
export function operate(draft: Draft, operator: Operator, {start, end, isLines}: ViSpan): Draft {
  const {buffer} = draft;
  const {text} = buffer;
  const taken = text.slice(start, end);
  const keeping = drafts.kept(draft, isLines ? `${taken}\n` : taken);
  if (operator === 'y') {
    const cursor = isLines && lineStart(text, buffer.cursor) === start ? buffer.cursor : start;
    return drafts.moved(keeping, {text, cursor});
  }
  if (!isLines || operator === 'c') return drafts.revised(keeping, edit.replace(buffer, start, end, ''));
  // A line goes together with the newline behind it; the last one with the newline before it.
  const hasNext = end < text.length;
  const left = edit.replace(buffer, hasNext || start === 0 ? start : start - 1, hasNext ? end + 1 : end, '');
  return drafts.revised(keeping, {...left, cursor: firstNonBlank(left.text, left.cursor)});
}

/** `p` and `P`: puts back what was deleted or yanked last. What ends with a newline is lines, and stays so. */
export function put(draft: Draft, count: number, isBefore: boolean): Draft {
  const kept = drafts.keptText(draft);
  if (kept === undefined) return draft;
  const {buffer} = draft;
  const {text, cursor} = buffer;
  const many = times(kept, count);
  if (kept.endsWith('\n')) {
    const lines = many.slice(0, -1);
    if (text === '') return drafts.revised(draft, {...edit.insert(buffer, lines), cursor: 0});
    const at = isBefore ? lineStart(text, cursor) : lineEnd(text, cursor);
    const put = edit.replace(buffer, at, at, isBefore ? `${lines}\n` : `\n${lines}`);
    return drafts.revised(draft, {...put, cursor: firstNonBlank(put.text, isBefore ? at : at + 1)});
  }
  const at = isBefore || cursor === lineEnd(text, cursor) ? cursor : nextBorder(text, cursor);
  const put = edit.replace(buffer, at, at, many);
  return drafts.revised(draft, {...put, cursor: previousBorder(put.text, put.cursor)});
}

/** Puts what was kept last in place of a span, which is kept in turn. */
export function putOver(draft: Draft, span: ViSpan, count: number): Draft {
  const kept = drafts.keptText(draft);
  if (kept === undefined) return draft;
  const taken = draft.buffer.text.slice(span.start, span.end);
  const isLines = kept.endsWith('\n');
  const many = times(kept, count);
  const text = span.isLines ? many.replace(/\n$/, '') : isLines ? `\n${many}` : many;
  const put = edit.replace(draft.buffer, span.start, span.end, text);
  const cursor = text.includes('\n') ? span.start : previousBorder(put.text, put.cursor);
  const keeping = drafts.kept(draft, span.isLines ? `${taken}\n` : taken);
  return drafts.revised(keeping, edit.toBorder({...put, cursor}));
}

/** `r`: every grapheme of a span but its newlines becomes another. */
export function replaceEach(draft: Draft, {start, end}: ViSpan, character: string): Draft {
  const by = drafts.clean(character);
  return changeEach(draft, start, end, () => by);
}

/** `~`, and in visual mode `u` and `U`. */
export function changeCase(draft: Draft, {start, end}: ViSpan, to: 'lower' | 'upper' | 'other'): Draft {
  return changeEach(draft, start, end, each => {
    if (to === 'lower') return each.toLowerCase();
    const upper = each.toUpperCase();
    return to === 'other' && upper === each ? each.toLowerCase() : upper;
  });
}

function changeEach(draft: Draft, start: number, end: number, change: (grapheme: string) => string): Draft {
  const {text} = draft.buffer;
  let changed = '';
  for (let from = start; from < end; ) {
    const next = nextBorder(text, from);
    const each = text.slice(from, next);
    changed += each === '\n' ? each : change(each);
    from = next;
  }
  return drafts.revised(draft, edit.replace(draft.buffer, start, end, changed));
}

/** `J`: so many lines from that of `at` on become one, with one blank where they meet. */
export function joinLines(draft: Draft, at: number, lines: number): Draft {
  const {text} = draft.buffer;
  const start = lineStart(text, at);
  let end = lineEnd(text, at);
  for (let left = lines - 1; left > 0 && end < text.length; left -= 1) end = lineEnd(text, end + 1);
  const [first = '', ...rest] = text.slice(start, end).split('\n');
  if (rest.length === 0) return draft;
  let joined = first;
  let seam = first.length;
  for (const line of rest) {
    const next = line.replace(/^[ \t]+/, '');
    const isApart = joined === '' || /\s$/.test(joined) || next === '' || next.startsWith(')');
    seam = joined.length;
    joined += isApart ? next : ` ${next}`;
  }
  const replaced = edit.replace(draft.buffer, start, end, joined);
  return drafts.revised(draft, edit.toBorder({...replaced, cursor: start + seam}));
}

/** Puts a text in at the cursor, as it is. */
export function insertKept(draft: Draft, text: string, count: number): Draft {
  return text === '' || count < 1
    ? draft
    : drafts.revised(draft, edit.insert(draft.buffer, times(text, count)));
}

function times(text: string, count: number): string {
  return text.repeat(Math.max(1, Math.min(count, Math.floor(mostInserted / Math.max(1, text.length)))));
}
