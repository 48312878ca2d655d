import {bufferOf} from '../../../../src/ui/composer/buffer.ts';
import {type Draft, emptyDraft, typed} from '../../../../src/ui/composer/draft.ts';
import {graphemeSpans} from '../../../../src/ui/composer/graphemes.ts';
import {pressVi} from '../../../../src/ui/composer/vi/pressVi.ts';
import {leaveInsertion} from '../../../../src/ui/composer/vi/viInsertion.ts';
import {beginVi, type ViState} from '../../../../src/ui/composer/vi/viState.ts';

export type Played = {vi: ViState; draft: Draft};

/** A draft of a text in which `|` stands before the cursor. */
export function draftOf(marked: string): Draft {
  const cursor = marked.indexOf('|');
  if (cursor === -1) return {...emptyDraft, buffer: bufferOf(marked)};
  return {...emptyDraft, buffer: {text: marked.slice(0, cursor) + marked.slice(cursor + 1), cursor}};
}

/** The text of a draft, with `|` before the cursor. */
export function marked({buffer}: Draft): string {
  return `${buffer.text.slice(0, buffer.cursor)}|${buffer.text.slice(buffer.cursor)}`;
}

/** Plays keys from normal mode on; `⎋` is Esc. Moves by rows, which need a screen, are left out. */
export function play(start: string | Played, keys: string): Played {
  let {vi, draft}: Played =
    typeof start === 'string' ? {vi: {...beginVi(), mode: 'normal'}, draft: draftOf(start)} : start;
  for (const {text: key} of graphemeSpans(keys)) {
    if (vi.mode !== 'insert') {
      ({vi, draft} = key === '⎋' ? {vi: {...vi, mode: 'normal', keys: []}, draft} : pressVi(vi, draft, key));
    } else if (key === '⎋') {
      ({vi, draft} = leaveInsertion(vi, draft));
    } else {
      draft = typed(draft, key);
    }
  }
  return {vi, draft};
}
