import {moveLeft, moveRight} from '../buffer.ts';
import {openChips} from '../chips.ts';
import * as drafts from '../draft.ts';
import {changeBetween} from '../editHistory.ts';
import {firstNonBlank, lineEnd, lineStart} from '../lines.ts';
import type {ViCommand} from './parseViCommand.ts';
import {insertKept} from './viEdits.ts';
import type {ViState} from './viState.ts';

type Draft = drafts.Draft;
type Act = Extract<ViCommand, {type: 'act'}>;

/** Insert mode, in a draft in which a command has prepared the place. `before` is the draft before that command. */
export function beginInsertion(vi: ViState, draft: Draft, before: Draft, command: ViCommand): ViState {
  const times = command.type === 'act' ? (command.count ?? 1) : 1;
  return {...vi, mode: 'insert', keys: [], insertion: {command, times, before, from: draft}};
}

/**
 * The same insertion, but what was typed so far is over: the cursor was moved, or the text came from elsewhere. What
 * is typed now is a step of its own, and what `.` repeats.
 */
export function interruptInsertion(vi: ViState, draft: Draft): ViState {
  return beginInsertion(vi, draft, draft, {type: 'act', name: 'i', count: null});
}

/** The draft with the place for an insertion, for `i a I A o O`. */
export function prepareInsertion(draft: Draft, {name}: Act): Draft {
  const {buffer} = draft;
  const {text, cursor} = buffer;
  const end = lineEnd(text, cursor);
  switch (name) {
    case 'a':
      return drafts.moved(draft, cursor === end ? buffer : moveRight(buffer));
    case 'I':
      return drafts.moved(draft, {text, cursor: firstNonBlank(text, cursor)});
    case 'A':
      return drafts.moved(draft, {text, cursor: end});
    case 'o':
      return insertKept(drafts.moved(draft, {text, cursor: end}), '\n', 1);
    case 'O': {
      const start = lineStart(text, cursor);
      const opened = insertKept(drafts.moved(draft, {text, cursor: start}), '\n', 1);
      return drafts.moved(opened, {...opened.buffer, cursor: start});
    }
    default:
      return drafts.moved(draft, buffer);
  }
}

/** Back to normal mode: what was typed is put in as often as was asked for, and all of it is one step to undo. */
export function leaveInsertion(vi: ViState, draft: Draft): {vi: ViState; draft: Draft} {
  const {command, times, before, from} = vi.insertion;
  const {inserted} = changeBetween(from.buffer, draft.buffer);
  const opensLine = command.type === 'act' && (command.name === 'o' || command.name === 'O');
  const more = inserted === '' ? draft : insertKept(draft, opensLine ? `\n${inserted}` : inserted, times - 1);
  const joined = drafts.joinedSince(more, before);
  const {text, cursor} = joined.buffer;
  const left = cursor > lineStart(text, cursor) ? moveLeft(joined.buffer) : joined.buffer;
  const isChange = inserted !== '' || command.type === 'operate' || opensLine;
  // A mark may mean another chip, or none, by the time it is repeated.
  const change = isChange ? {command, inserted: openChips(inserted, draft.chips)} : vi.change;
  return {vi: {...vi, mode: 'normal', keys: [], change}, draft: drafts.moved(joined, left)};
}
