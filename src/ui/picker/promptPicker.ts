import {findRanges, foldWithMap} from '../../core/foldWithMap.ts';
import {neutralise, neutraliseLine} from '../../core/neutralise.ts';
import type {PickerItem, PickerRequest} from './pickerRequest.ts';

/** What a search over earlier prompts found so far; `date` in ms since 1970. */
export type FoundPrompts = {
  prompts: readonly {prompt: string; date: number | undefined}[];
  /** More may come; all were searched; only the newest could be. */
  state: 'searching' | 'all' | 'recent';
};

export type PromptPickerSettings = {
  search(query: string, show: (found: FoundPrompts) => void): () => void;
  submit(prompt: string): void;
  edit(prompt: string): void;
  /** ms since 1970. */
  now(): number;
};

/** So much of a prompt is its label, and so much stands before a match that is further on, in UTF-16 units. */
const labelLength = 300;
const lead = 20;
/** A match beyond this place is not seen on most screens, in UTF-16 units. */
const seenLength = 60;
/** A longer prompt is not shown whole, in UTF-16 units. */
const previewLength = 4000;

/** The list of Ctrl+R: all earlier prompts. */
export function promptPicker({search, submit, edit, now}: PromptPickerSettings): PickerRequest {
  return {
    title: 'Earlier prompts',
    numbers: 'alt',
    find: (typed, show) =>
      search(typed, found =>
        show({
          items: found.prompts.map(({prompt, date}) => toItem(prompt, date, typed, now())),
          complete: found.state !== 'searching',
          note: {searching: '', all: 'all searched', recent: 'recent ones only'}[found.state],
        }),
      ),
    // The key is the prompt as it was typed; the label is on one line, and made harmless.
    choose: ({key}) => submit(key),
    edit: ({key}) => edit(key),
  };
}

function toItem(prompt: string, date: number | undefined, typed: string, now: number): PickerItem {
  const whole = foldWithMap(typed.trim().replace(/\s+/g, ' ')).text;
  // A match further on is brought near; where letters change their length it may be missed, and so is only its mark.
  const at = whole === '' ? -1 : prompt.toLowerCase().indexOf(whole);
  const from = at > seenLength ? at - lead : 0;
  const label = `${from > 0 ? '…' : ''}${oneLine(prompt.slice(from, from + labelLength))}`;
  const folded = foldWithMap(label);
  return {
    key: prompt,
    label,
    ranges: findRanges(folded, folded.text.includes(whole) ? [whole] : whole.split(' ')),
    preview: previewOf(prompt, at),
    ...(date !== undefined && {detail: shortAge(now - date)}),
  };
}

/** The text of a prompt from its beginning; or from the line before the match on, where that is further down. */
function previewOf(prompt: string, at: number): string {
  const line = at <= 0 ? 0 : prompt.lastIndexOf('\n', at - 1) + 1;
  const before = line === 0 ? 0 : prompt.lastIndexOf('\n', line - 2) + 1;
  const from = prompt.slice(0, before).split('\n').length > 2 ? before : 0;
  const start = at - from > previewLength / 2 ? at - lead : from;
  return neutralise(`${start > 0 ? '…\n' : ''}${prompt.slice(start, start + previewLength)}`);
}

/** A part of a prompt on one line, its line ends as ↵. */
function oneLine(text: string): string {
  return neutraliseLine(text.trim().replace(/\s*\n\s*/g, ' ↵ '));
}

/** How long ago, in two or three characters and a unit: `5 min`, `3 h`, `2 d`, `7 mo`, `2 y`. */
export function shortAge(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  if (minutes < 1) return 'now';
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h`;
  const days = Math.floor(hours / 24);
  if (days < 60) return `${days} d`;
  return days < 730 ? `${Math.floor(days / 30.4)} mo` : `${Math.floor(days / 365)} y`;
}
