import type {Cell} from '../../commands/command.ts';
import type {KeyAction} from '../../commands/keyTable.ts';

/** One row of a list to choose from. */
export type PickerItem = {
  /** Tells it from the others. */
  key: string;
  label: string;
  detail?: string;
  /** What is drawn in place of the detail, each in a column of its own: as many for every item of a list. */
  cells?: readonly Cell[];
  /** So much of the label's beginning is left out below an item that begins the same, in UTF-16 units. */
  group?: number;
  /** The matched parts of the label, `[start, end)` in UTF-16 units. */
  ranges?: readonly (readonly [number, number])[];
  /** Plain text shown beside the list while this one is selected. */
  preview?: string;
  /** Lines in place of the preview that are drawn already, for so many columns. */
  drawn?(columns: number): readonly string[];
  current?: boolean;
};

/** What was found so far. */
export type PickerFinding = {
  items: readonly PickerItem[];
  /** Nothing more will be found. */
  complete: boolean;
  /** What to say about it beside the count: `all searched`. */
  note?: string;
};

/** What a key does with the selected item. */
export type PickerAction =
  /** The list is closed by then. */
  | {stays: false; run(item: PickerItem): void}
  /**
   * The list stays, and keeps what is typed meanwhile for the list that comes back (`comesBack`). When none has come
   * until the promise settles, it is closed. With `needsItem` false it is done where nothing is selected too.
   */
  | {stays: true; needsItem: boolean; run(item: PickerItem | undefined): Promise<void>};

/** A list to choose from, and what is done with the choice. */
export type PickerRequest = {
  title: string;
  /** What stands in the filter line at first. */
  query?: string;
  /** Which keys choose a row by its number: Alt and a digit always do, a digit alone only while the filter is empty. */
  numbers?: 'digits' | 'alt';
  /** Looks for what fits a filter; `show` may be called at once and several times. Returns how to stop looking. */
  find(query: string, show: (found: PickerFinding) => void): () => void;
  /** Enter. The list is closed by then. */
  choose(item: PickerItem): void;
  /** Tab, where it does something else than Enter: the text goes where it can be edited. */
  edit?(item: PickerItem): void;
  /** Sees what is selected, as the selection moves. */
  highlight?(item: PickerItem | undefined): void;
  /** What else can be done with an item, by the actions of keys. */
  actions?: ReadonlyMap<KeyAction, PickerAction>;
  /** It is the list that an action was taken from, as that left it: the filter and the place in it are kept. */
  comesBack?: boolean;
  /** What the keys of `actions` do, in a word or two each, as the status line shows it. */
  hints?: readonly string[];
  /** It was closed without choosing. */
  cancelled?(): void;
};
