import {restOnCharacter, toBorder} from '../buffer.ts';
import * as drafts from '../draft.ts';
import {nextBorder, previousBorder} from '../graphemes.ts';
import {lineEnd} from '../lines.ts';
import {parseViCommand, type ViCommand} from './parseViCommand.ts';
import * as edits from './viEdits.ts';
import {beginInsertion, leaveInsertion, prepareInsertion} from './viInsertion.ts';
import {moveBy} from './viMotions.ts';
import type {ViState} from './viState.ts';
import {resolveMotion, spanOfTarget} from './viTargets.ts';
import {performInVisual} from './viVisual.ts';

type Draft = drafts.Draft;
type Command<Type extends ViCommand['type']> = Extract<ViCommand, {type: Type}>;

/** What a key has made of the state and the draft. */
export type ViPress = {
  readonly vi: ViState;
  readonly draft: Draft;
  /** Rows that are still to be gone up or down, where the screen has to be known; earlier prompts lie beyond. */
  readonly rows?: {readonly action: 'up' | 'down'; readonly times: number};
};

/** What `x` and its like are short for. */
const shorthands: Readonly<Record<string, {operator: 'd' | 'c' | 'y'; motion: string | null}>> = {
  x: {operator: 'd', motion: 'l'},
  X: {operator: 'd', motion: 'h'},
  s: {operator: 'c', motion: 'l'},
  D: {operator: 'd', motion: '$'},
  C: {operator: 'c', motion: '$'},
  S: {operator: 'c', motion: null},
  Y: {operator: 'y', motion: null},
};

/**
 * A key of normal or visual mode, as one grapheme. The commands, their counts and their exceptions are Vim's
 * (`:help motion.txt`, `:help change.txt`), but for `U`, which does again what `u` took back.
 */
export function pressVi(vi: ViState, draft: Draft, key: string): ViPress {
  const keys = [...vi.keys, key];
  const command = parseViCommand(keys, vi.mode !== 'normal');
  if (command === undefined) return {vi: {...vi, keys}, draft};
  const read = {...vi, keys: []};
  if (command === null) return {vi: read, draft};
  return settled(
    vi.mode === 'normal' ? perform(read, draft, command) : performInVisual(read, draft, command),
  );
}

/** Outside of insert mode the cursor stands on a character. */
function settled(press: ViPress): ViPress {
  const {vi, draft} = press;
  const rested = vi.mode === 'insert' ? toBorder(draft.buffer) : restOnCharacter(toBorder(draft.buffer));
  return rested.cursor === draft.buffer.cursor ? press : {...press, draft: {...draft, buffer: rested}};
}

function perform(vi: ViState, draft: Draft, command: ViCommand): ViPress {
  switch (command.type) {
    case 'move':
      return move(vi, draft, command);
    case 'operate':
      return operate(vi, draft, command);
    case 'act':
      return act(vi, draft, command);
    case 'select':
      return {vi, draft};
  }
}

function move(vi: ViState, draft: Draft, command: Command<'move'>): ViPress {
  const {count} = command;
  const motion = resolveMotion(command.motion, vi.find);
  if (!motion) return {vi, draft};
  if (motion.type === 'plain' && (motion.name === 'j' || motion.name === 'k'))
    return {vi, draft, rows: {action: motion.name === 'j' ? 'down' : 'up', times: count ?? 1}};
  const {text, cursor} = draft.buffer;
  const place = moveBy(motion, text, cursor, count);
  const find = command.motion.type === 'find' ? command.motion : vi.find;
  return {
    vi: {...vi, find},
    draft: place ? drafts.moved(draft, {text, cursor: place.to}) : draft,
  };
}

function operate(vi: ViState, draft: Draft, command: Command<'operate'>): ViPress {
  const {operator, target} = command;
  const {text, cursor} = draft.buffer;
  const span = spanOfTarget(command, text, cursor, vi.find);
  const find = target.type === 'motion' && target.motion.type === 'find' ? target.motion : vi.find;
  const found: ViState = {...vi, find};
  if (!span) return {vi: found, draft};
  const isEmpty = span.start === span.end && !span.isLines;
  if (isEmpty && operator !== 'c') return {vi: found, draft};
  const done = edits.operate(draft, operator, span);
  if (operator === 'y') return {vi: found, draft: done};
  if (operator === 'd') return {vi: {...found, change: {command, inserted: ''}}, draft: done};
  return {vi: beginInsertion(found, done, draft, command), draft: done};
}

function act(vi: ViState, draft: Draft, command: Command<'act'>): ViPress {
  const {name, count} = command;
  const {text, cursor} = draft.buffer;
  const shorthand = shorthands[name];
  if (shorthand) {
    const {operator, motion} = shorthand;
    const target =
      motion === null
        ? ({type: 'lines'} as const)
        : ({type: 'motion', motion: {type: 'plain', name: motion}} as const);
    return operate(vi, draft, {type: 'operate', operator, target, count});
  }
  const changed = (next: Draft): ViPress =>
    next === draft ? {vi, draft} : {vi: {...vi, change: {command, inserted: ''}}, draft: next};
  switch (name) {
    case 'p':
    case 'P':
      return changed(edits.put(draft, count ?? 1, name === 'P'));
    case 'J':
      return changed(edits.joinLines(draft, cursor, Math.max(2, count ?? 2)));
    case 'r': {
      const end = charactersEnd(text, cursor, count ?? 1);
      if (end === null || command.character === undefined) return {vi, draft};
      const replaced = edits.replaceEach(draft, {start: cursor, end, isLines: false}, command.character);
      return changed(stepLeft(replaced));
    }
    case '~': {
      const end = charactersEnd(text, cursor, count ?? 1) ?? lineEnd(text, cursor);
      return changed(edits.changeCase(draft, {start: cursor, end, isLines: false}, 'other'));
    }
    case 'u':
    case 'U':
      return {vi, draft: stepped(draft, name === 'u' ? 'undo' : 'redo', count ?? 1)};
    case '.':
      return repeat(vi, draft, count);
    case 'v':
    case 'V':
      return {
        vi: {...vi, mode: name === 'v' ? 'visual' : 'visual-lines', anchor: cursor, column: null},
        draft,
      };
    default: {
      const prepared = prepareInsertion(draft, command);
      return {vi: beginInsertion(vi, prepared, draft, command), draft: prepared};
    }
  }
}

/** Does the last change again, from where the cursor is; a count takes the place of the one it had. */
function repeat(vi: ViState, draft: Draft, count: number | null): ViPress {
  if (!vi.change) return {vi, draft};
  const {command, inserted} = vi.change;
  const done = perform(vi, draft, count === null ? command : {...command, count});
  if (done.vi.mode !== 'insert') return done;
  return leaveInsertion(done.vi, edits.insertKept(done.draft, inserted, 1));
}

function stepped(draft: Draft, action: 'undo' | 'redo', times: number): Draft {
  let now = draft;
  for (let left = times; left > 0; left -= 1) {
    const next = drafts.pressed(now, action) ?? now;
    if (next === now) break;
    now = next;
  }
  return now;
}

function stepLeft(draft: Draft): Draft {
  const {text, cursor} = draft.buffer;
  return {...draft, buffer: {text, cursor: previousBorder(text, cursor)}};
}

/** Behind so many graphemes of the line; null when it has not so many. */
function charactersEnd(text: string, at: number, count: number): number | null {
  const edge = lineEnd(text, at);
  let end = at;
  for (let left = count; left > 0; left -= 1) {
    if (end >= edge) return null;
    end = nextBorder(text, end);
  }
  return end;
}
