import {describe, expect, it, vi} from 'vitest';
import type {KeyAction} from '../../../src/commands/keyTable.ts';
import {createPicker} from '../../../src/ui/picker/createPicker.ts';
import type {
  PickerAction,
  PickerFinding,
  PickerItem,
  PickerRequest,
} from '../../../src/ui/picker/pickerRequest.ts';
import {findPlainly} from './findPlainly.ts';

const item = (label: string, more: Partial<PickerItem> = {}): PickerItem => ({key: label, label, ...more});
const letters = (count: number): PickerItem[] =>
  Array.from({length: count}, (_, index) => item(`item ${String.fromCharCode(97 + index)}`));

function open(items: readonly PickerItem[], more: Partial<PickerRequest> = {}) {
  const picker = createPicker();
  const chosen = vi.fn();
  const edited = vi.fn();
  const cancelled = vi.fn();
  picker.open({
    title: 'Things',
    find: findPlainly(items),
    choose: each => chosen(each.key),
    edit: each => edited(each.key),
    cancelled,
    ...more,
  });
  const state = () => {
    const snapshot = picker.snapshot();
    if (!snapshot) throw new Error('closed');
    return snapshot;
  };
  const selected = () => state().items[state().selected]?.key;
  return {picker, chosen, edited, cancelled, state, selected};
}

/** A search whose results come when the test says so. */
function slowSearch() {
  const searches: {query: string; show(found: PickerFinding): void; stopped: boolean}[] = [];
  const find: PickerRequest['find'] = (query, show) => {
    const search = {query, show, stopped: false};
    searches.push(search);
    return () => {
      search.stopped = true;
    };
  };
  return {searches, find};
}

describe('a picker', () => {
  it('is closed at first, and takes no key then', () => {
    const picker = createPicker();
    expect(picker.isOpen()).toBe(false);
    expect(picker.snapshot()).toBeNull();
    expect(picker.press('send', 'enter')).toBe(false);
    picker.type('x');
    picker.close();
    expect(picker.snapshot()).toBeNull();
  });

  it('moves with every key that moves, round the ends with the arrows, and chooses with Enter', () => {
    const {picker, selected, chosen} = open(letters(5));
    const selectedAfter = (...actions: Parameters<typeof picker.press>[0][]) => {
      for (const action of actions) expect(picker.press(action)).toBe(true);
      return selected();
    };
    expect(selected()).toBe('item a');
    expect(selectedAfter('down', 'later')).toBe('item c');
    expect(selectedAfter('up')).toBe('item b');
    expect(selectedAfter('earlier', 'up')).toBe('item e');
    expect(selectedAfter('down')).toBe('item a');
    expect(selectedAfter('text-end')).toBe('item e');
    expect(selectedAfter('text-start')).toBe('item a');
    expect(selectedAfter('search-prompts')).toBe('item b');
    picker.press('send', 'enter');
    expect(chosen).toHaveBeenCalledExactlyOnceWith('item b');
    expect(picker.isOpen()).toBe(false);
  });

  it('goes by as many rows as are drawn with the page keys, and stays within the list', () => {
    const {picker, selected, state} = open(letters(20));
    picker.fit(6);
    picker.press('page-down');
    expect(selected()).toBe('item g');
    expect(state().first).toBe(1);
    picker.press('page-down');
    picker.press('page-down');
    picker.press('page-down');
    expect(selected()).toBe('item t');
    expect(state().first).toBe(14);
    picker.press('up');
    expect(state().first).toBe(14);
    picker.press('page-up');
    expect(selected()).toBe('item m');
    expect(state().first).toBe(12);
  });

  it('chooses the row of a digit among those that are drawn, while nothing is typed', () => {
    const {picker, chosen} = open(letters(20));
    picker.fit(5);
    for (let n = 0; n < 7; n++) picker.press('down');
    picker.type('7');
    expect(picker.snapshot()?.filter.text).toBe('');
    expect(chosen).not.toHaveBeenCalled();
    picker.type('2');
    expect(chosen).toHaveBeenCalledExactlyOnceWith('item e');
  });

  it('takes a digit for text once something is typed, and chooses with Alt all the same', () => {
    const {picker, chosen, state} = open(['b1', 'b12', 'a'].map(label => item(label)));
    picker.type('b');
    picker.type('1');
    expect(state().filter.text).toBe('b1');
    expect(state().numbered).toBe(false);
    expect(picker.press(undefined, 'alt+2')).toBe(true);
    expect(chosen).toHaveBeenCalledExactlyOnceWith('b12');
  });

  it('takes every digit for text where a list says so', () => {
    const {picker, state, chosen} = open([item('2 apples'), item('x')], {numbers: 'alt'});
    expect(state().numbered).toBe(false);
    picker.type('2');
    expect(state().items.map(each => each.label)).toEqual(['2 apples']);
    expect(chosen).not.toHaveBeenCalled();
  });

  it('edits with Tab, or chooses where there is nothing to edit', () => {
    const first = open(letters(2));
    first.picker.press('complete', 'tab');
    expect(first.edited).toHaveBeenCalledExactlyOnceWith('item a');
    expect(first.chosen).not.toHaveBeenCalled();
    const chosen = vi.fn();
    const picker = createPicker();
    picker.open({title: '', find: findPlainly(letters(2)), choose: chosen});
    picker.press('complete', 'tab');
    expect(chosen).toHaveBeenCalledOnce();
  });

  it.each(['stop', 'cancel'] as const)(
    'closes at once with %s, whatever is typed, and says that nothing was chosen',
    action => {
      const {picker, cancelled, chosen} = open(letters(3));
      picker.type('item');
      picker.press(action);
      expect(picker.isOpen()).toBe(false);
      expect(cancelled).toHaveBeenCalledOnce();
      expect(chosen).not.toHaveBeenCalled();
    },
  );

  it('edits its filter like a line, and never lets it have a second one', () => {
    const {picker, state} = open(letters(3));
    picker.paste('two\nlines \u001b[31m');
    expect(state().filter.text).toBe('two lines ␛[31m');
    picker.press('delete-to-line-start');
    picker.type('itme');
    picker.press('left');
    picker.press('delete-backward');
    picker.press('line-end');
    picker.type('m');
    picker.type(' ');
    picker.type('c');
    expect(state().filter).toEqual({text: 'item c', cursor: 6});
    expect(state().items.map(each => each.key)).toEqual(['item c']);
    picker.press('delete-word-backward');
    picker.press('line-start');
    picker.press('quit');
    expect(state().filter.text).toBe('tem ');
  });

  it('leaves other keys to others', () => {
    const {picker} = open(letters(2));
    expect(picker.press('redraw', 'ctrl+l')).toBe(false);
    expect(picker.press(undefined, 'f9')).toBe(false);
    expect(picker.isOpen()).toBe(true);
  });

  it('begins at the current item, and at the first once something is typed', () => {
    const {picker, selected} = open([item('item a'), item('item b', {current: true}), item('item c')]);
    expect(selected()).toBe('item b');
    picker.type('i');
    expect(selected()).toBe('item a');
  });

  it('keeps the selection on its item when better results come, if it was moved there', () => {
    const {searches, find} = slowSearch();
    const {picker, selected, state} = open([], {find});
    searches[0]?.show({items: letters(3), complete: false});
    expect(selected()).toBe('item a');
    searches[0]?.show({items: [item('better'), ...letters(3)], complete: false});
    expect(selected()).toBe('better');
    picker.press('down');
    expect(selected()).toBe('item a');
    searches[0]?.show({items: [item('best'), item('better'), ...letters(3)], complete: true});
    expect(selected()).toBe('item a');
    searches[0]?.show({items: [item('best')], complete: true, note: 'all searched'});
    expect(selected()).toBe('best');
    expect(state()).toMatchObject({complete: true, note: 'all searched'});
  });

  it('waits with Enter, Tab and numbers for what the filter finds, and forgets them with the next key', () => {
    const {searches, find} = slowSearch();
    const first = open([], {find});
    searches[0]?.show({items: letters(3), complete: true});
    first.picker.type('c');
    first.picker.press('send');
    expect(first.chosen).not.toHaveBeenCalled();
    searches[1]?.show({items: [], complete: false});
    expect(first.picker.isOpen()).toBe(true);
    searches[1]?.show({items: [item('item c')], complete: true});
    expect(first.chosen).toHaveBeenCalledExactlyOnceWith('item c');

    const second = open([], {find});
    searches[2]?.show({items: letters(3), complete: true});
    second.picker.type('b');
    second.picker.press('complete');
    second.picker.press('left');
    searches[3]?.show({items: [item('item b')], complete: true});
    expect(second.edited).not.toHaveBeenCalled();
    second.picker.type('x');
    second.picker.press(undefined, 'alt+1');
    searches[4]?.show({items: letters(3), complete: true});
    expect(second.chosen).not.toHaveBeenCalled();
  });

  it('chooses nothing where nothing was found', () => {
    const {picker, chosen} = open(letters(3));
    picker.type('zzz');
    picker.press('send');
    expect(chosen).not.toHaveBeenCalled();
    expect(picker.isOpen()).toBe(true);
  });

  it('stops the search under way with every key and when it is closed, and heeds no late result', () => {
    const {searches, find} = slowSearch();
    const {picker, state} = open([], {find, query: 'q'});
    expect(state().filter).toEqual({text: 'q', cursor: 1});
    picker.type('w');
    picker.press('left');
    expect(searches.map(({query, stopped}) => [query, stopped])).toEqual([
      ['q', true],
      ['qw', false],
    ]);
    searches[1]?.show({items: letters(1), complete: true});
    searches[0]?.show({items: letters(9), complete: true});
    expect(state().items).toHaveLength(1);
    picker.close();
    expect(searches[1]?.stopped).toBe(true);
    searches[1]?.show({items: letters(2), complete: true});
    expect(picker.isOpen()).toBe(false);
  });

  it('tells what is selected, each once, as it moves and as results come', () => {
    const seen: (string | undefined)[] = [];
    const {picker} = open(letters(3), {highlight: each => seen.push(each?.key)});
    picker.press('down');
    picker.press('left');
    picker.type('zzz');
    expect(seen).toEqual(['item a', 'item b', undefined]);
  });

  it('closes what is open before it opens another list', () => {
    const first = open(letters(2));
    first.picker.open({title: 'Other', find: findPlainly([]), choose() {}});
    expect(first.cancelled).toHaveBeenCalledOnce();
    expect(first.state().title).toBe('Other');
  });

  it('may be opened again from within a choice', () => {
    const picker = createPicker();
    picker.open({
      title: 'one',
      find: findPlainly(letters(1)),
      choose: () => picker.open({title: 'two', find: findPlainly(letters(1)), choose() {}}),
    });
    picker.press('send');
    expect(picker.snapshot()?.title).toBe('two');
  });

  it('tells its listeners, and gives the same object until something changes', () => {
    const {picker, state} = open(letters(2));
    const listener = vi.fn();
    const off = picker.subscribe(listener);
    expect(picker.snapshot()).toBe(picker.snapshot());
    const before = state();
    picker.press('down');
    expect(state()).not.toBe(before);
    expect(listener).toHaveBeenCalledOnce();
    off();
    picker.press('down');
    expect(listener).toHaveBeenCalledOnce();
  });
});

describe('what else can be done with an item', () => {
  const act = vi.fn((each: PickerItem) => each.key);
  const actions = new Map([['list-delete' as const, {stays: false as const, run: act}]]);

  it('is done by its key, with the selected item and a closed list', () => {
    const {picker, state, chosen, cancelled} = open(letters(3), {actions, hints: ['Ctrl+X delete']});
    expect(state().hints).toEqual(['Ctrl+X delete']);
    picker.press('down');
    expect(picker.press('list-delete')).toBe(true);
    expect(act).toHaveLastReturnedWith('item b');
    expect(picker.isOpen()).toBe(false);
    expect(chosen).not.toHaveBeenCalled();
    expect(cancelled).not.toHaveBeenCalled();
  });

  it('is not done with what is no longer, or not yet, seen', () => {
    const {searches, find} = slowSearch();
    const {picker} = open([], {actions, find});
    act.mockClear();
    searches[0]?.show({items: letters(2), complete: true});
    picker.type('x');
    expect(picker.press('list-delete')).toBe(true);
    expect(act).not.toHaveBeenCalled();
    expect(picker.isOpen()).toBe(true);
    expect(open(letters(1)).picker.press('list-delete')).toBe(false);
  });
});

describe('an action that leaves the list open', () => {
  /** A list from which Ctrl+X takes things away, as soon as the test says so; Ctrl+_ brings them all back. */
  function shrinking(labels: readonly string[], current?: string) {
    const {promise: leave, resolve: go} = Promise.withResolvers<void>();
    const removed: string[] = [];
    const picker = createPicker();
    const request = (comesBack: boolean): PickerRequest => ({
      title: 'Things',
      comesBack,
      find: findPlainly(
        labels
          .filter(label => !removed.includes(label))
          .map(label => item(label, {current: label === current})),
      ),
      choose() {},
      actions: new Map<KeyAction, PickerAction>([
        ['list-delete', {stays: true, needsItem: true, run: each => remove(each?.key ?? '')}],
        ['undo', {stays: true, needsItem: false, run: async () => comeBack(removed.splice(0))}],
      ]),
    });
    const comeBack = (_done: unknown): void => picker.open(request(true));
    const remove = async (key: string): Promise<void> => {
      await leave;
      removed.push(key);
      comeBack(key);
    };
    picker.open(request(false));
    const selected = (): string | undefined => {
      const state = picker.snapshot();
      return state?.items[state.selected]?.key;
    };
    return {picker, removed, selected, go};
  }

  it('keeps the place and the filter: the item after a removed one is selected, else the one before', async () => {
    const {picker, removed, selected, go} = shrinking(['x a', 'y b', 'x c', 'x d', 'y e'], 'y b');
    go();
    expect(selected()).toBe('y b');
    picker.type('x');
    picker.press('down');
    picker.press('list-delete');
    await vi.waitFor(() => expect(selected()).toBe('x d'));
    expect(picker.snapshot()?.filter.text).toBe('x');
    picker.press('list-delete');
    await vi.waitFor(() => expect(selected()).toBe('x a'));
    picker.press('delete-backward');
    expect(selected()).toBe('x a');
    expect(removed).toEqual(['x c', 'x d']);
  });

  it('keeps what is typed meanwhile for the list that comes back', async () => {
    const {picker, removed, selected, go} = shrinking(['a', 'b', 'c', 'd', 'e'], 'a');
    for (const action of ['down', 'list-delete', 'down', 'list-delete'] as const)
      expect(picker.press(action)).toBe(true);
    expect(picker.press('redraw')).toBe(false);
    picker.type('e');
    expect(picker.snapshot()?.items).toHaveLength(5);
    go();
    await vi.waitFor(() => expect(picker.snapshot()?.filter.text).toBe('e'));
    expect(removed).toEqual(['b', 'd']);
    expect(selected()).toBe('e');
  });

  it('takes back what was done while the filter shows nothing any more', async () => {
    const {picker, selected, go} = shrinking(['a', 'b']);
    go();
    picker.type('b');
    picker.press('list-delete');
    await vi.waitFor(() => expect(picker.snapshot()?.items).toEqual([]));
    picker.press('list-delete');
    picker.press('undo');
    await vi.waitFor(() => expect(selected()).toBe('b'));
    picker.press('delete-backward');
    picker.press('text-start');
    picker.press('list-delete');
    await vi.waitFor(() => expect(selected()).toBe('b'));
    picker.press('undo');
    await vi.waitFor(() => expect(selected()).toBe('a'));
  });

  it('lets go of a list that does not come back, and of what was typed for it', async () => {
    const {promise, resolve} = Promise.withResolvers<void>();
    const run = vi.fn(() => promise);
    const {picker, chosen} = open(letters(3), {
      actions: new Map([['list-delete', {stays: true, needsItem: true, run}]]),
    });
    picker.press('list-delete');
    picker.press('list-delete');
    picker.press('send');
    resolve();
    await vi.waitFor(() => expect(picker.isOpen()).toBe(false));
    expect(run).toHaveBeenCalledOnce();
    expect(chosen).not.toHaveBeenCalled();
  });

  it('does not come back once the person has left it', async () => {
    const {picker, removed, go} = shrinking(['a', 'b']);
    picker.press('list-delete');
    picker.press('stop');
    expect(picker.isOpen()).toBe(false);
    go();
    await vi.waitFor(() => expect(removed).toEqual(['a']));
    expect(picker.isOpen()).toBe(false);
  });
});
