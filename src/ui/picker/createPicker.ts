import type {KeyAction} from '../../commands/keyTable.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import * as edit from '../composer/buffer.ts';
import {filterEdits} from './filterEdits.ts';
import {neutraliseInput} from './neutraliseInput.ts';
import type {PickerAction, PickerFinding, PickerItem, PickerRequest} from './pickerRequest.ts';

/** An open list: what is typed to filter it, what was found, and where the selection stands. */
export type PickerState = {
  readonly title: string;
  readonly filter: edit.Buffer;
  readonly items: readonly PickerItem[];
  /** Index of the selected item; 0 when there is none. */
  readonly selected: number;
  /** Index of the first item that is shown. */
  readonly first: number;
  readonly complete: boolean;
  /** What to say about what was found. */
  readonly note: string;
  /** Digits choose a row now. */
  readonly numbered: boolean;
  /** What other keys do with the selected item. */
  readonly hints: readonly string[];
};

/** What an action that is under way left the list with. */
type Held = {
  /** The index of what is selected when the list comes back; -1 when there is nothing of what was there. */
  place(items: readonly PickerItem[]): number;
  /** What was typed meanwhile. */
  typed: (() => void)[];
  /** The list has come back, and what fits its filter is being looked for. */
  isBack: boolean;
};

/** A list to choose from, with a filter line. Knows no screen. */
export type Picker = {
  /**
   * Opens a list in place of one that is open. One that comes back replaces its items only, and is not opened when the
   * person has left it meanwhile.
   */
  open(request: PickerRequest): void;
  /** Closes it as Esc does. */
  close(): void;
  isOpen(): boolean;
  /** Takes a key: its action, if it has one, and its name. False when it means nothing here. */
  press(action: KeyAction | undefined, key?: string): boolean;
  type(text: string): void;
  paste(text: string): void;
  /** Says how many rows of the list are drawn: so far go a page and the numbers. */
  fit(rows: number): void;
  /** Null while it is closed. The same object until something changes. */
  snapshot(): PickerState | null;
  subscribe(listener: () => void): () => void;
};

/** Starts a picker, closed. */
export function createPicker(): Picker {
  const listeners = new Set<() => void>();
  let state: PickerState | null = null;
  let request: PickerRequest | null = null;
  let stopLooking = (): void => {};
  let rows = 10;
  /** The selection was moved by hand since the filter was changed last. */
  let isMoved = false;
  let highlighted: string | undefined;
  /** What is shown was found for another filter than the one that is typed now. */
  let isStale = false;
  /** What was asked for meanwhile, to be done with the first that is found. */
  let pending: 'choose' | 'edit' | null = null;
  let held: Held | null = null;
  /** The list came back at least once: where one is no longer says where to begin. */
  let wasBack = false;

  const setState = (next: PickerState | null): void => {
    state = next;
    for (const listener of listeners) listener();
    if (!state || !request) return;
    const item = state.items[state.selected];
    if (item?.key === highlighted) return;
    highlighted = item?.key;
    request.highlight?.(item);
  };

  const select = (base: PickerState, selected: number): PickerState => {
    const first = Math.max(Math.min(base.first, selected), selected - rows + 1, 0);
    return {...base, selected, first: Math.min(first, Math.max(0, base.items.length - rows))};
  };

  const take = (found: PickerFinding): void => {
    if (!state) return;
    const {items, complete, note = ''} = found;
    const isNothing = items.length === 0 && !complete;
    // Until the list has come back, the old one stays as it was.
    if (held && (!held.isBack || isNothing)) return;
    if (held) {
      takeBack(held, found);
      return;
    }
    const key = state.items[state.selected]?.key;
    const kept = isMoved ? items.findIndex(item => item.key === key) : -1;
    const current = state.filter.text === '' && !wasBack ? items.findIndex(item => item.current) : -1;
    const base = {...state, items, complete, note, first: kept === -1 ? 0 : state.first};
    isStale = isNothing;
    setState(select(base, Math.max(0, kept === -1 ? current : kept)));
    if (pending && !isStale) choose(state.selected, pending);
  };

  /** The list as the action left it, at the place where it was; then what was typed meanwhile. */
  const takeBack = ({place, typed}: Held, {items, complete, note = ''}: PickerFinding): void => {
    if (!state) return;
    held = null;
    isStale = false;
    isMoved = true;
    setState(select({...state, items, complete, note}, Math.max(0, place(items))));
    for (const act of typed) act();
  };

  /**
   * Does what leaves the list open. The item after the selected one takes its place if it goes, else the one before;
   * what was done with none of the items selects the one that it brought.
   */
  const stay = async (act: Extract<PickerAction, {stays: true}>): Promise<void> => {
    if (!state) return;
    const {items, selected} = state;
    const keys = [...items.slice(selected), ...items.slice(0, selected).reverse()].map(({key}) => key);
    const place = (found: readonly PickerItem[]): number => {
      const brought = act.needsItem ? -1 : found.findIndex(({key}) => !keys.includes(key));
      const kept = keys.find(key => found.some(item => item.key === key));
      return brought === -1 ? found.findIndex(({key}) => key === kept) : brought;
    };
    const own: Held = {place, typed: [], isBack: false};
    held = own;
    try {
      await act.run(items[selected]);
    } finally {
      // Something else has come of it, which what was typed is not for.
      if (held === own && !own.isBack) end();
    }
  };

  /** Keeps what is typed while an action is under way. */
  const keep = (act: () => void): boolean => {
    held?.typed.push(act);
    return held !== null;
  };

  /** What an earlier search still finds is not for this one. */
  const look = (query: string): void => {
    stopLooking();
    isStale = true;
    let isStopped = false;
    let stop = (): void => {};
    stopLooking = () => {
      isStopped = true;
      stop();
    };
    stop =
      request?.find(query, found => {
        if (!isStopped) take(found);
      }) ?? stop;
  };

  const setFilter = (filter: edit.Buffer): void => {
    if (!state) return;
    const isSame = filter.text === state.filter.text;
    const numbered = request?.numbers !== 'alt' && filter.text === '';
    setState({...state, filter, numbered, complete: isSame && state.complete});
    if (isSame) return;
    isMoved = false;
    look(filter.text);
  };

  const insert = (text: string): void => {
    if (state) setFilter(edit.insert(state.filter, neutraliseInput(text)));
  };

  const end = (): PickerRequest | null => {
    const ended = request;
    stopLooking();
    stopLooking = () => {};
    request = null;
    pending = null;
    held = null;
    highlighted = undefined;
    setState(null);
    return ended;
  };

  const choose = (index: number, how: 'choose' | 'edit'): void => {
    const item = state?.items[index];
    pending = isStale ? how : null;
    if (!item || isStale) return;
    const ended = end();
    if (how === 'edit' && ended?.edit) ended.edit(item);
    else ended?.choose(item);
  };

  const move = (by: number, wraps: boolean): void => {
    if (!state || state.items.length === 0) return;
    const last = state.items.length - 1;
    const wanted = state.selected + by;
    isMoved = true;
    const clamped = Math.max(0, Math.min(last, wanted));
    setState(select(state, wraps ? (wanted + last + 1) % (last + 1) : clamped));
  };

  /** The row of a number from 1 to 9, among those that are shown. */
  const chooseNumbered = (digit: string): void => {
    const row = Number(digit) - 1;
    // A number means what is seen at it: it does not wait for what will stand there.
    if (state && row < rows && !isStale) choose(state.first + row, 'choose');
  };

  const close = (): void => {
    end()?.cancelled?.();
  };

  const press = (action: KeyAction | undefined, key = ''): boolean => {
    if (!state) return false;
    if (held && action !== 'stop' && action !== 'cancel') {
      return action !== 'suspend' && action !== 'redraw' && keep(() => press(action, key));
    }
    pending = null;
    const digit = /^alt\+([1-9])$/.exec(key)?.[1];
    if (digit !== undefined) {
      chooseNumbered(digit);
      return true;
    }
    const act = action && request?.actions?.get(action);
    const item = state.items[state.selected];
    if (act) {
      // It is done with what is seen: it does not wait for what will stand there.
      if (isStale) return true;
      if (act.stays) {
        if (item || !act.needsItem) void stay(act);
      } else if (item) {
        end();
        act.run(item);
      }
      return true;
    }
    const change = action && filterEdits[action];
    if (change) {
      setFilter(change(state.filter));
      return true;
    }
    switch (action) {
      case 'send':
        choose(state.selected, 'choose');
        return true;
      case 'complete':
        choose(state.selected, 'edit');
        return true;
      case 'up':
      case 'earlier':
        move(-1, true);
        return true;
      case 'down':
      case 'later':
      case 'search-prompts':
        move(1, true);
        return true;
      case 'page-up':
        move(-rows, false);
        return true;
      case 'page-down':
        move(rows, false);
        return true;
      case 'text-start':
        move(-state.items.length, false);
        return true;
      case 'text-end':
        move(state.items.length, false);
        return true;
      case 'stop':
      case 'cancel':
        close();
        return true;
      case 'quit':
        setFilter(edit.deleteForward(state.filter));
        return true;
      default:
        return false;
    }
  };

  const typeText = (text: string): void => {
    if (keep(() => typeText(text))) return;
    pending = null;
    if (state?.numbered && /^[1-9]$/.test(text)) chooseNumbered(text);
    else insert(text);
  };

  const paste = (text: string): void => {
    if (!keep(() => paste(text))) insert(text);
  };

  return {
    open(next) {
      if (next.comesBack) {
        if (!held || held.isBack || !state) return;
        held.isBack = true;
        wasBack = true;
        request = next;
        setState({...state, title: neutraliseLine(next.title), hints: next.hints ?? []});
        look(state.filter.text);
        return;
      }
      if (request) close();
      request = next;
      isMoved = false;
      wasBack = false;
      const filter = edit.bufferOf(next.query ?? '');
      const numbered = next.numbers !== 'alt' && filter.text === '';
      const title = neutraliseLine(next.title);
      const {hints = []} = next;
      setState({title, filter, items: [], selected: 0, first: 0, complete: false, note: '', numbered, hints});
      look(filter.text);
    },
    close,
    isOpen: () => state !== null,
    press,
    type: typeText,
    paste,
    fit(shown) {
      rows = Math.max(1, shown);
    },
    snapshot: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
