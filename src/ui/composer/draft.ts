import type {KeyAction} from '../../commands/keyTable.ts';
import {neutralise} from '../../core/neutralise.ts';
import * as edit from './buffer.ts';
import * as folding from './chips.ts';
import * as steps from './editHistory.ts';
import {borderAt} from './graphemes.ts';
import {emptyKillRing, type KillDirection, type KillRing, kill, killed} from './killRing.ts';

/** What is being typed, with all that editing it needs: a plain value, changed by the functions below. */
export type Draft = {
  /** Folded texts stand in it as marks. */
  readonly buffer: edit.Buffer;
  readonly chips: folding.Chips;
  readonly steps: steps.EditHistory;
  readonly ring: KillRing;
  /** Pastes that were folded since the draft was empty. */
  readonly pastes: number;
  /** What the key before did, where the next one asks for it. `from` is where a text was put back. */
  readonly last: {did: 'kill'; direction: KillDirection} | {did: 'yank'; from: number; back: number} | null;
};

export const emptyDraft: Draft = {
  buffer: edit.emptyBuffer,
  chips: folding.noChips,
  steps: steps.emptyEditHistory,
  ring: emptyKillRing,
  pastes: 0,
  last: null,
};

type Change = (buffer: edit.Buffer) => edit.Buffer;

const moves: Partial<Record<KeyAction, Change>> = {
  left: edit.moveLeft,
  right: edit.moveRight,
  'word-left': edit.moveWordLeft,
  'word-right': edit.moveWordRight,
  'line-start': edit.moveLineStart,
  'line-end': edit.moveLineEnd,
  'text-start': edit.moveTextStart,
  'text-end': edit.moveTextEnd,
};

const deletions: Partial<Record<KeyAction, Change>> = {
  'delete-backward': edit.deleteBackward,
  'delete-forward': edit.deleteForward,
  // Ctrl+D quits on an empty line only.
  quit: edit.deleteForward,
};

const kills: Partial<Record<KeyAction, {change: Change; direction: KillDirection}>> = {
  'delete-word-backward': {change: edit.deleteWordBackward, direction: 'backward'},
  'delete-word-forward': {change: edit.deleteWordForward, direction: 'forward'},
  'delete-to-line-start': {change: edit.deleteToLineStart, direction: 'backward'},
  'delete-to-line-end': {change: edit.deleteToLineEnd, direction: 'forward'},
};

/** The draft after an editing key; undefined for one that does not edit. */
export function pressed(draft: Draft, action: KeyAction): Draft | undefined {
  const move = moves[action];
  if (move) return moved(draft, move(draft.buffer));
  const deletion = deletions[action];
  if (deletion) return changed(draft, deletion(draft.buffer), 'deleting');
  const killing = kills[action];
  if (killing) return cut(draft, killing.change(draft.buffer), killing.direction);
  switch (action) {
    case 'newline':
      return typed(draft, '\n');
    case 'yank':
      return yanked(draft, draft.buffer.cursor, 0);
    case 'yank-earlier':
      return draft.last?.did === 'yank' ? yanked(draft, draft.last.from, draft.last.back + 1) : draft;
    case 'undo':
      return stepped(draft, steps.undo(draft.steps, draft.buffer));
    case 'redo':
      return stepped(draft, steps.redo(draft.steps, draft.buffer));
    default:
      return undefined;
  }
}

/** Text that came from the keyboard. */
export function typed(draft: Draft, text: string): Draft {
  return changed(draft, edit.insert(draft.buffer, clean(text)), 'typing');
}

/** A paste goes in at the cursor; a long one as a chip. */
export function pasted(draft: Draft, text: string, fold: folding.PasteFold): Draft {
  const whole = clean(text);
  const {cursor} = draft.buffer;
  if (!folding.isLong(whole, fold)) return replaced(draft, {start: cursor, end: cursor}, whole);
  const number = draft.pastes + 1;
  const added = folding.addChip(draft.chips, {text: whole, label: folding.pasteLabel(whole, number)});
  if (!added) return replaced(draft, {start: cursor, end: cursor}, whole);
  const buffer = edit.insert(draft.buffer, added.mark);
  return changed({...draft, chips: added.chips, pastes: number}, buffer, 'other');
}

/** Puts a text in place of a part of the text, as a step of its own. */
export function replaced(draft: Draft, {start, end}: {start: number; end: number}, text: string): Draft {
  return changed(draft, edit.replace(draft.buffer, start, end, clean(text)), 'other');
}

/** Puts a text in place of all. With `fold`, a long one is shown by its first line; the rest is a chip. */
export function filled(draft: Draft, text: string, fold: folding.PasteFold | null): Draft {
  const whole = clean(text);
  const {chips, head, mark} = foldRest(draft.chips, whole, fold);
  return changed({...draft, chips}, edit.bufferOf(head + mark), 'other');
}

function foldRest(
  chips: folding.Chips,
  text: string,
  fold: folding.PasteFold | null,
): {chips: folding.Chips; head: string; mark: string} {
  if (!fold || !folding.isLong(text, fold)) return {chips, head: text, mark: ''};
  const {head, rest, label} = folding.splitLong(text);
  const added = folding.addChip(chips, {text: rest, label});
  return added ? {...added, head} : {chips, head: text, mark: ''};
}

/**
 * The chip behind or before the cursor as plain text, in its place; undefined when there is none. The cursor stays on
 * its side of it.
 */
export function opened(draft: Draft): Draft | undefined {
  const {text, cursor} = draft.buffer;
  const at = [cursor, cursor - 1].find(index => folding.isChipAt(text, index));
  if (at === undefined) return undefined;
  const whole = draft.chips.get(text.charAt(at))?.text ?? '';
  const buffer = edit.replace(draft.buffer, at, at + 1, whole);
  return changed(
    draft,
    at === cursor ? {...buffer, cursor: borderAt(buffer.text, cursor, 1)} : buffer,
    'other',
  );
}

/** An empty draft that still has what was deleted. Nothing of what was typed can be undone. */
export function emptied({chips, ring}: Draft): Draft {
  return {...emptyDraft, ring, chips: folding.chipsIn(ring.entries, chips)};
}

/** The draft with the cursor elsewhere. */
export function moved(draft: Draft, buffer: edit.Buffer): Draft {
  return {...draft, buffer, steps: steps.closeStep(draft.steps), last: null};
}

/** The draft with a text that was made of its own and of what was deleted: the marks of chips stay in it. */
export function revised(draft: Draft, buffer: edit.Buffer): Draft {
  return changed(draft, buffer, 'other');
}

/** Keeps a text to be put back, as if it were deleted. */
export function kept(draft: Draft, text: string): Draft {
  return {...draft, ring: kill(draft.ring, text, 'forward', false), last: null};
}

/** What was deleted or kept last; undefined when nothing was. */
export function keptText(draft: Draft): string | undefined {
  return killed(draft.ring, 0);
}

/** All that was changed since an earlier state of the draft as one step to undo. */
export function joinedSince(draft: Draft, since: Draft): Draft {
  const joined = steps.joinSteps(draft.steps, since.steps.past.length, since.buffer, draft.buffer);
  return {...draft, steps: steps.closeStep(joined)};
}

/** The whole text, with what the chips stand for. */
export function wholeText({buffer, chips}: Draft): string {
  return folding.openChips(buffer.text, chips);
}

/** The text without what is folded. */
export function typedText({buffer}: Draft): string {
  return buffer.text.replace(folding.chipMarks, ' ');
}

function changed(draft: Draft, buffer: edit.Buffer, kind: steps.EditKind): Draft {
  return {...draft, buffer, steps: steps.record(draft.steps, draft.buffer, buffer, kind), last: null};
}

function cut(draft: Draft, buffer: edit.Buffer, direction: KillDirection): Draft {
  const {removed} = steps.changeBetween(draft.buffer, buffer);
  const joins = draft.last?.did === 'kill' && draft.last.direction === direction;
  const ring = kill(draft.ring, removed, direction, joins);
  return {...changed(draft, buffer, 'other'), ring, last: {did: 'kill', direction}};
}

/** Puts a deleted text in place of what stands between `from` and the cursor. */
function yanked(draft: Draft, from: number, back: number): Draft {
  const text = killed(draft.ring, back);
  if (text === undefined) return draft;
  const buffer = edit.replace(draft.buffer, from, draft.buffer.cursor, text);
  return {...changed(draft, buffer, 'other'), last: {did: 'yank', from, back}};
}

function stepped(draft: Draft, step: {history: steps.EditHistory; buffer: edit.Buffer} | null): Draft {
  return step ? {...draft, buffer: step.buffer, steps: step.history, last: null} : draft;
}

/** No control characters, no halves of characters, and one kind of line end. */
export function clean(text: string): string {
  return neutralise(text.replace(/\r\n?/g, '\n')).toWellFormed();
}
