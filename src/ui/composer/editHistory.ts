import type {Buffer} from './buffer.ts';

/** A part of the text that was replaced, and where the cursor stood before and after. */
export type Change = {
  readonly at: number;
  readonly removed: string;
  readonly inserted: string;
  readonly before: number;
  readonly after: number;
};

/** What kind of edit a change came from: typing and single deletions join to one step, the rest never does. */
export type EditKind = 'typing' | 'deleting' | 'other';

/** The steps that can be undone, oldest first, and those that can be done again, the next one last. */
export type EditHistory = {
  readonly past: readonly Change[];
  readonly future: readonly Change[];
  /** What the last step may be joined by. */
  readonly open: EditKind;
};

export const emptyEditHistory: EditHistory = {past: [], future: [], open: 'other'};

/** How many steps are kept. */
const most = 1000;

/** The longest run of typing that is one step, in UTF-16 units: for scripts without blanks between words. */
const longestRun = 40;

/** Notes an edit. What was undone before it cannot be done again. The same history when nothing changed. */
export function record(history: EditHistory, before: Buffer, after: Buffer, kind: EditKind): EditHistory {
  if (before.text === after.text) return history;
  const change = changeBetween(before, after);
  const last = history.past.at(-1);
  const joined = last && history.open === kind && history.future.length === 0 && join(last, change, kind);
  const past = joined ? [...history.past.slice(0, -1), joined] : [...history.past, change].slice(-most);
  return {past, future: [], open: kind};
}

/** After this the next edit is a step of its own. */
export function closeStep(history: EditHistory): EditHistory {
  return history.open === 'other' ? history : {...history, open: 'other'};
}

/**
 * The steps that were made since there were `count` of them, when the text was that of `before`, as one step. As it is
 * when they do not lead from there to here: some were undone since, or forgotten.
 */
export function joinSteps(history: EditHistory, count: number, before: Buffer, now: Buffer): EditHistory {
  if (history.future.length > 0 || history.past.length < count + 2) return history;
  let typed = {history, buffer: now};
  while (typed.history.past.length > count) typed = undo(typed.history, typed.buffer) ?? typed;
  if (typed.buffer.text !== before.text) return history;
  const past = history.past.slice(0, count);
  if (before.text !== now.text) past.push(changeBetween(before, now));
  return {past, future: [], open: 'other'};
}

/** The text before the last step; null when there is none. */
export function undo(
  {past, future}: EditHistory,
  {text}: Buffer,
): {history: EditHistory; buffer: Buffer} | null {
  const change = past.at(-1);
  if (!change) return null;
  const {at, removed, inserted, before} = change;
  return {
    history: {past: past.slice(0, -1), future: [...future, change], open: 'other'},
    buffer: {text: text.slice(0, at) + removed + text.slice(at + inserted.length), cursor: before},
  };
}

/** The text after the step that was undone last; null when there is none. */
export function redo(
  {past, future}: EditHistory,
  {text}: Buffer,
): {history: EditHistory; buffer: Buffer} | null {
  const change = future.at(-1);
  if (!change) return null;
  const {at, removed, inserted, after} = change;
  return {
    history: {past: [...past, change], future: future.slice(0, -1), open: 'other'},
    buffer: {text: text.slice(0, at) + inserted + text.slice(at + removed.length), cursor: after},
  };
}

/** What was replaced by what. Beginning no later than both cursors, it is where the person saw it. */
export function changeBetween(before: Buffer, after: Buffer): Change {
  const [old, now] = [before.text, after.text];
  const shorter = Math.min(old.length, now.length);
  const latest = Math.min(before.cursor, after.cursor, shorter);
  let at = 0;
  while (at < latest && old.charCodeAt(at) === now.charCodeAt(at)) at += 1;
  let same = 0;
  while (
    same < shorter - at &&
    old.charCodeAt(old.length - 1 - same) === now.charCodeAt(now.length - 1 - same)
  )
    same += 1;
  return {
    at,
    removed: old.slice(at, old.length - same),
    inserted: now.slice(at, now.length - same),
    before: before.cursor,
    after: after.cursor,
  };
}

function join(last: Change, next: Change, kind: EditKind): Change | undefined {
  const joined = {...last, after: next.after};
  if (kind === 'typing') {
    const isNext = next.removed === '' && last.at + last.inserted.length === next.at;
    const beginsWord = /\s$/.test(last.inserted) && /^\S/.test(next.inserted);
    const isFull = last.inserted.length + next.inserted.length > longestRun;
    return isNext && !beginsWord && !isFull
      ? {...joined, inserted: last.inserted + next.inserted}
      : undefined;
  }
  if (kind !== 'deleting' || last.inserted !== '' || next.inserted !== '') return undefined;
  if (next.at + next.removed.length === last.at)
    return {...joined, at: next.at, removed: next.removed + last.removed};
  return next.at === last.at ? {...joined, removed: last.removed + next.removed} : undefined;
}
