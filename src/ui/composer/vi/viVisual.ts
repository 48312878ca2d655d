import * as drafts from '../draft.ts';
import {nextBorder, previousBorder} from '../graphemes.ts';
import type {Operator, ViCommand} from './parseViCommand.ts';
import type {ViPress} from './pressVi.ts';
import * as edits from './viEdits.ts';
import {beginInsertion} from './viInsertion.ts';
import {columnOf, lineBy, moveBy} from './viMotions.ts';
import type {ViSpan} from './viObjects.ts';
import type {ViState} from './viState.ts';
import {resolveMotion, spanOfObject} from './viTargets.ts';

type Draft = drafts.Draft;
type Command<Type extends ViCommand['type']> = Extract<ViCommand, {type: Type}>;

/** What is selected in visual mode. */
export function viSelection({mode, anchor}: ViState, {buffer}: Draft): ViSpan {
  const {text, cursor} = buffer;
  const from = Math.min(anchor, text.length);
  return edits.spanTo(text, from, {to: cursor, kind: mode === 'visual-lines' ? 'lines' : 'inclusive'});
}

/** The operators of visual mode by their keys; the capital ones take whole lines. */
const operators: Readonly<Record<string, Operator>> = {
  d: 'd',
  x: 'd',
  D: 'd',
  X: 'd',
  c: 'c',
  s: 'c',
  C: 'c',
  S: 'c',
  R: 'c',
  y: 'y',
  Y: 'y',
};

/** A command of visual mode. */
export function performInVisual(vi: ViState, draft: Draft, command: ViCommand): ViPress {
  if (command.type === 'move') return move(vi, draft, command);
  if (command.type === 'select') return select(vi, draft, command);
  return command.type === 'act' ? act(vi, draft, command) : {vi, draft};
}

function move(vi: ViState, draft: Draft, {motion: named, count}: Command<'move'>): ViPress {
  const {text, cursor} = draft.buffer;
  const motion = resolveMotion(named, vi.find);
  if (!motion) return {vi, draft};
  const moved = (to: number): Draft => drafts.moved(draft, {text, cursor: to});
  if (motion.type === 'plain' && (motion.name === 'j' || motion.name === 'k')) {
    const column = vi.column ?? columnOf(text, cursor);
    const by = (motion.name === 'j' ? 1 : -1) * (count ?? 1);
    return {vi: {...vi, column}, draft: moved(lineBy(text, cursor, by, column))};
  }
  const place = moveBy(motion, text, cursor, count);
  const isToEnd = motion.type === 'plain' && motion.name === '$';
  const find = named.type === 'find' ? named : vi.find;
  return {
    vi: {...vi, find, column: isToEnd ? Number.POSITIVE_INFINITY : null},
    draft: place ? moved(place.to) : draft,
  };
}

/** A fresh selection becomes the object; one that is there already grows to it, or by the next word. */
function select(vi: ViState, draft: Draft, command: Command<'select'>): ViPress {
  const {text, cursor} = draft.buffer;
  const isFresh = vi.anchor === cursor;
  const isWord = command.name === 'w' || command.name === 'W';
  const at = isWord && !isFresh ? Math.min(nextBorder(text, cursor), text.length) : cursor;
  const span = spanOfObject(text, at, command.count ?? 1, command);
  if (!span || span.start === span.end) return {vi, draft};
  return {
    vi: {
      ...vi,
      mode: span.isLines ? 'visual-lines' : vi.mode,
      anchor: isFresh ? span.start : Math.min(vi.anchor, span.start),
      column: null,
    },
    draft: drafts.moved(draft, {text, cursor: previousBorder(text, span.end)}),
  };
}

function act(vi: ViState, draft: Draft, command: Command<'act'>): ViPress {
  const {name, count} = command;
  const {text, cursor} = draft.buffer;
  const normal: ViState = {...vi, mode: 'normal', column: null};
  const span = viSelection(vi, draft);
  const operator = operators[name];
  if (operator) {
    const isWhole = name !== 'x' && name !== 'd' && name !== 'c' && name !== 's' && name !== 'y';
    return operate(normal, draft, operator, isWhole ? wholeLines(text, span) : span);
  }
  const size = sizeOf(text, span);
  const changed = (next: Draft, repeats = true): ViPress => ({
    vi: repeats ? {...normal, change: {command: {...command, count: size}, inserted: ''}} : normal,
    draft: drafts.moved(next, {
      text: next.buffer.text,
      cursor: Math.min(span.start, next.buffer.text.length),
    }),
  });
  switch (name) {
    case 'r':
      return changed(edits.replaceEach(draft, span, command.character ?? ''));
    case '~':
      return changed(edits.changeCase(draft, span, 'other'));
    case 'u':
    case 'U':
      return changed(edits.changeCase(draft, span, name === 'u' ? 'lower' : 'upper'), false);
    case 'J': {
      const lines = Math.max(2, text.slice(span.start, span.end).split('\n').length);
      const done = edits.joinLines(draft, span.start, lines);
      return {vi: {...normal, change: {command: {...command, count: lines}, inserted: ''}}, draft: done};
    }
    case 'p':
    case 'P':
      return {vi: normal, draft: edits.putOver(draft, span, count ?? 1)};
    case 'o':
      return {vi: {...vi, anchor: cursor}, draft: drafts.moved(draft, {text, cursor: vi.anchor})};
    default: {
      const mode = name === 'v' ? 'visual' : 'visual-lines';
      return {vi: mode === vi.mode ? normal : {...vi, mode}, draft};
    }
  }
}

/** Works on the selection; what is to be repeated is how much it was. */
function operate(vi: ViState, draft: Draft, operator: Operator, span: ViSpan): ViPress {
  const {text} = draft.buffer;
  const done = edits.operate(draft, operator, span);
  if (operator === 'y') return {vi, draft: drafts.moved(done, {text: done.buffer.text, cursor: span.start})};
  const {isLines} = span;
  const size = isLines ? text.slice(span.start, span.end).split('\n').length : sizeOf(text, span);
  const command: ViCommand = {
    type: 'operate',
    operator,
    target: {type: 'amount', isLines, size},
    count: null,
  };
  if (operator === 'd') return {vi: {...vi, change: {command, inserted: ''}}, draft: done};
  return {vi: beginInsertion(vi, done, draft, command), draft: done};
}

function wholeLines(text: string, {start, end}: ViSpan): ViSpan {
  return edits.spanTo(text, start, {to: end, kind: 'lines'});
}

/** How many graphemes a span has. */
function sizeOf(text: string, {start, end}: ViSpan): number {
  let size = 0;
  for (let from = start; from < end; from = nextBorder(text, from)) size += 1;
  return size;
}
