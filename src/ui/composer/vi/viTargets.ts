import {borderAt, nextBorder, previousBorder} from '../graphemes.ts';
import {lineEnd, lineStart} from '../lines.ts';
import type {Again, Operator, Target} from './parseViCommand.ts';
import {spanTo} from './viEdits.ts';
import {type Motion, moveBy, reversed} from './viMotions.ts';
import {bracketObject, bracketsOf, quoteObject, type ViSpan} from './viObjects.ts';
import type {ViState} from './viState.ts';
import {changedWordEnd, wordObject} from './viWords.ts';

/** The motion that is meant; null when there is no search to repeat. */
export function resolveMotion(motion: Motion | Again, find: ViState['find']): Motion | null {
  if (motion.type !== 'again') return motion;
  if (!find) return null;
  const {by, character} = find;
  return {type: 'find', by: motion.reverse ? reversed(by) : by, character, isAgain: true};
}

/** What an operator of normal mode works on; null when there is no such thing. */
export function spanOfTarget(
  {operator, target, count}: {operator: Operator; target: Target; count: number | null},
  text: string,
  at: number,
  find: ViState['find'],
): ViSpan | null {
  switch (target.type) {
    case 'lines':
      return lineSpan(text, at, count ?? 1);
    case 'amount':
      return target.isLines ? lineSpan(text, at, target.size) : graphemeSpan(text, at, target.size);
    case 'object':
      return spanOfObject(text, at, count ?? 1, target);
    case 'motion': {
      const motion = resolveMotion(target.motion, find);
      const isWord = motion?.type === 'plain' && (motion.name === 'w' || motion.name === 'W');
      if (isWord && operator === 'c' && /\S/.test(text.charAt(at))) {
        const end = changedWordEnd(text, at, count ?? 1, motion.name === 'W');
        return {start: at, end, isLines: false};
      }
      const place = motion && moveBy(motion, text, at, count);
      if (!place) return null;
      const span = spanTo(text, at, place);
      return onBorders(text, isWord ? {...span, end: endOfLastWord(text, span.start, span.end)} : span);
    }
  }
}

/** A text object, such as `iw`; null when there is none at the place. */
export function spanOfObject(
  text: string,
  at: number,
  count: number,
  {name, around}: {name: string; around: boolean},
): ViSpan | null {
  if (name === 'w' || name === 'W') {
    const span = wordObject(text, at, count, {isBig: name === 'W', around});
    return span && {...span, isLines: false};
  }
  const pair = bracketsOf(name);
  const span = pair ? bracketObject(text, at, count, pair, around) : quoteObject(text, at, name, around);
  return span && onBorders(text, span);
}

function lineSpan(text: string, at: number, lines: number): ViSpan {
  let end = lineEnd(text, at);
  for (let left = lines - 1; left > 0 && end < text.length; left -= 1) end = lineEnd(text, end + 1);
  return {start: lineStart(text, at), end, isLines: true};
}

function graphemeSpan(text: string, at: number, size: number): ViSpan {
  let end = at;
  for (let left = size; left > 0 && end < text.length; left -= 1) end = nextBorder(text, end);
  return {start: at, end, isLines: false};
}

/** A motion by words that ends in another line takes no more of its last word's line than is left of it. */
function endOfLastWord(text: string, start: number, end: number): number {
  let last = end;
  while (last > start && /\s/.test(text.charAt(previousBorder(text, last))))
    last = previousBorder(text, last);
  const newline = text.slice(last, end).indexOf('\n');
  return newline === -1 ? end : last + newline;
}

function onBorders(text: string, {start, end, isLines}: ViSpan): ViSpan {
  return {start: borderAt(text, start, -1), end: borderAt(text, end, 1), isLines};
}
