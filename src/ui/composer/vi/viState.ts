import {type Draft, emptyDraft} from '../draft.ts';
import type {ViCommand} from './parseViCommand.ts';
import type {FindKey} from './viMotions.ts';

export type ViMode = 'insert' | 'normal' | 'visual' | 'visual-lines';

/** An insertion that is going on. */
export type Insertion = {
  /** What began it, and how often its text is wanted. */
  readonly command: ViCommand;
  readonly times: number;
  /** The draft before the command, to which one `u` leads back. */
  readonly before: Draft;
  /** The draft in which the typing began. */
  readonly from: Draft;
};

/** What vi editing remembers from key to key; the text itself is in the draft. */
export type ViState = {
  readonly mode: ViMode;
  /** The keys of a command that is not complete yet. */
  readonly keys: readonly string[];
  /** The end of the selection at which the cursor is not. */
  readonly anchor: number;
  /** The column that moves by lines keep, in graphemes; null when the next one begins from the cursor's. */
  readonly column: number | null;
  /** What `;` looks for. */
  readonly find: {readonly by: FindKey; readonly character: string} | null;
  /** What `.` does again; `inserted` is what was typed then. */
  readonly change: {readonly command: ViCommand; readonly inserted: string} | null;
  readonly insertion: Insertion;
};

/** Vi editing begins as a composer without it does: one types. */
export function beginVi(draft: Draft = emptyDraft): ViState {
  return {
    mode: 'insert',
    keys: [],
    anchor: 0,
    column: null,
    find: null,
    change: null,
    insertion: {command: {type: 'act', name: 'i', count: null}, times: 1, before: draft, from: draft},
  };
}
