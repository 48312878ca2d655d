import {chatRefusal} from '../../commands/chatRefusal.ts';
import {createAttention} from '../../commands/createAttention.ts';
import type {Pull} from '../../commands/createPulls.ts';
import {type ManagerAction, managerAction} from '../../commands/managerKeys.ts';
import type {Model} from '../../core/backend.ts';
import {describeError, toLlmError} from '../../core/errors.ts';
import type {ModelUse} from '../../storage/readModelUse.ts';
import * as edit from '../composer/buffer.ts';
import {graphemeSpans} from '../composer/graphemes.ts';
import type {KeyEvent} from '../keys/parseKeys.ts';
import {filterEdits} from '../picker/filterEdits.ts';
import {neutraliseInput} from '../picker/neutraliseInput.ts';
import type {ScreenFrame} from '../RowsScreen.tsx';
import {scrolledTo} from '../scrolledTo.ts';
import {drawManager, listHeight, scrolledLength} from './drawManager.ts';
import {keyOf, listItems} from './listItems.ts';
import type {Item, Manager, ManagerSettings, Mode, Remark, Section} from './manager.ts';
import {createManagerActions, pulledElsewhere} from './managerActions.ts';

/** Opens the manager over the models of all backends: with those that were listed last, until they were asked again. */
export function createManager(settings: ManagerSettings): Manager {
  const {shelf, bindings} = settings;
  const listeners = new Set<() => void>();
  const attention = createAttention(shelf);
  let {size} = settings;
  let section: Section = 'installed';
  let models: readonly Model[] = shelf.known();
  let use: ReadonlyMap<string, ModelUse> = new Map();
  /** Of the requests for the list, the last one counts, and whether it is waited for before a person's eyes. */
  let asked = 0;
  let isAsking = false;
  let isWaiting = false;
  let mode: Mode = {type: 'list'};
  let filter = edit.emptyBuffer;
  /** What is selected, and where it stood: what takes its place is selected when it is gone. */
  let selection = {key: `model ${settings.current()}`, index: 0};
  let first = 0;
  let remark: Remark | null = null;
  let frame: ScreenFrame | undefined;
  let isOver = false;

  const changed = (): void => {
    if (isOver) return;
    frame = undefined;
    for (const listener of listeners) listener();
  };
  const setMode = (next: Mode): void => {
    mode = next;
    changed();
  };
  const say = (text: string, tone: Remark['tone'] = 'info'): void => {
    remark = text === '' ? null : {tone, text};
    changed();
  };

  const items = (): Item[] =>
    listItems(models, shelf.pulls.list(), {
      section,
      filter: filter.text,
      order: {favourites: shelf.favourites(), use},
    });
  const indexIn = (listed: readonly Item[]): number => {
    const found = listed.findIndex(item => keyOf(item) === selection.key);
    return found === -1 ? Math.max(0, Math.min(selection.index, listed.length - 1)) : found;
  };
  const selected = (): Item | undefined => {
    const listed = items();
    return listed[indexIn(listed)];
  };
  const selectAt = (listed: readonly Item[], index: number): void => {
    const kept = Math.max(0, Math.min(index, listed.length - 1));
    const item = listed[kept];
    selection = {key: item ? keyOf(item) : '', index: kept};
  };
  const move = (by: number): void => {
    const listed = items();
    selectAt(listed, indexIn(listed) + by);
  };

  /** Asks all backends; what an earlier question brings after that is out of date. `isQuiet`: nobody waits for it. */
  const refresh = async (isQuiet = false): Promise<void> => {
    asked += 1;
    const own = asked;
    isAsking = true;
    isWaiting ||= !isQuiet;
    changed();
    try {
      // How they were used is known before anybody has answered.
      const used = shelf.use().then(found => {
        use = found;
        changed();
      });
      const found = await shelf.list();
      await used;
      if (own !== asked) return;
      models = found;
      // What is selected by its place alone stays so.
      const listed = items();
      if (selection.key === '') selectAt(listed, selection.index);
    } finally {
      if (own === asked) {
        isAsking = false;
        isWaiting = false;
        changed();
      }
    }
  };
  const inBackground = (isQuiet = false): void =>
    void refresh(isQuiet).catch(thrown => say(describeError(toLlmError(thrown)), 'error'));

  const actions = createManagerActions({
    shelf,
    current: settings.current,
    selected,
    mode: () => mode,
    setMode,
    select(key) {
      selection = {...selection, key};
      changed();
    },
    say,
    refresh,
  });

  const page = (): number => Math.max(1, listHeight(size) - 2);
  const acts: Partial<Record<ManagerAction, () => void>> = {
    ...actions,
    up: () => move(-1),
    down: () => move(1),
    'page-up': () => move(-page()),
    'page-down': () => move(page()),
    start: () => move(Number.NEGATIVE_INFINITY),
    end: () => move(items().length),
    section() {
      section = section === 'installed' ? 'running' : 'installed';
      if (section === 'running') inBackground();
    },
    use() {
      const item = selected();
      const refusal = item?.type === 'model' ? chatRefusal(item.model) : undefined;
      if (refusal !== undefined) say(`${refusal}.`, 'error');
      else if (item?.type === 'model') settings.close(item.name);
      else if (item?.pull.state === 'elsewhere') say(pulledElsewhere);
      else if (item && item.pull.state !== 'running') shelf.pulls.start(item.name);
      else if (item) say('It can be used as soon as it is there.');
    },
    filter() {
      mode = {type: 'filter'};
    },
    help() {
      mode = {type: 'help', first: 0};
    },
    leave() {
      if (filter.text === '') settings.close();
      else filter = edit.emptyBuffer;
    },
  };

  /** Moves in what is longer than the screen; any other key goes back. */
  const scroll = (
    shown: Extract<Mode, {type: 'details' | 'help'}>,
    action: ManagerAction | undefined,
  ): void => {
    const first = scrolledTo(action, {
      first: shown.first,
      length: scrolledLength(shown, size, settings),
      height: Math.max(1, size.rows - 1),
    });
    if (first !== undefined) mode = {...shown, first};
    else if (shown.type === 'details' && action === 'use') settings.close(shown.details.name);
    else mode = {type: 'list'};
  };

  const onKey = (key: string): void => {
    const bound = bindings.actionOf(key);
    const action = managerAction(key) ?? (bound === 'cancel' ? 'leave' : undefined);
    if (bound === 'suspend') settings.suspend();
    else if (bound === 'redraw') settings.redraw();
    else if (mode.type === 'confirm') {
      const {confirmed, declined} = mode;
      mode = {type: 'list'};
      if (key === 'y' || key === 'Y') confirmed();
      else say(declined);
    } else if (mode.type === 'details' || mode.type === 'help') scroll(mode, action);
    else if (action) acts[action]?.();
  };

  /** Edits the line that is typed: the filter, or the answer to a question. */
  const edited = (change: (buffer: edit.Buffer) => edit.Buffer): void => {
    if (mode.type === 'filter') {
      filter = change(filter);
      selectAt(items(), 0);
    } else if (mode.type === 'field')
      mode = {type: 'field', field: {...mode.field, buffer: change(mode.field.buffer)}};
  };
  const typeKey = (key: string): void => {
    const bound = bindings.actionOf(key);
    const change = bound && filterEdits[bound];
    if (bound === 'suspend') settings.suspend();
    else if (bound === 'redraw') settings.redraw();
    else if (change) edited(change);
    else if (bound === 'up' || bound === 'down') {
      if (mode.type === 'filter') move(bound === 'up' ? -1 : 1);
    } else if (key === 'enter') {
      const typed = mode;
      mode = {type: 'list'};
      if (typed.type !== 'field') return;
      const text = typed.field.buffer.text.trim();
      if (text !== '' || typed.field.type === 'alias') typed.field.submit(text);
    } else if (bound === 'stop' || bound === 'cancel') {
      if (mode.type === 'filter') filter = edit.emptyBuffer;
      mode = {type: 'list'};
    }
  };

  const isTyping = (): boolean => mode.type === 'filter' || mode.type === 'field';
  const unfollow = shelf.pulls.subscribe(changed);
  const unfollowShelf = shelf.subscribe(() => {
    models = shelf.known();
    changed();
  });
  const unfollowEnds = shelf.pulls.onEnd(end => {
    if (end.state === 'failed') {
      say(`${end.name} was not pulled to its end: ${end.error}`, 'error');
      return;
    }
    // What was selected while it came stays so when it is there.
    if (selection.key === `pull ${end.name}`) selection = {...selection, key: `model ${end.there}`};
    say(`${end.there} is there.`);
    inBackground();
  });
  shelf.pulls.look();
  inBackground();

  return {
    press(event: Exclude<KeyEvent, {type: 'reply'}>) {
      // What was said while something else was shown is still to be read.
      if (mode.type === 'list' || mode.type === 'filter') remark = null;
      if (event.type === 'key') {
        if (isTyping()) typeKey(event.name);
        else onKey(event.name);
      } else if (event.type === 'paste') {
        if (isTyping()) edited(buffer => edit.insert(buffer, neutraliseInput(event.text)));
      } else {
        // What is typed fast comes as one: the first of it may open a line, for the rest.
        for (const {text} of graphemeSpans(event.text)) {
          if (isTyping()) edited(buffer => edit.insert(buffer, neutraliseInput(text)));
          else onKey(text);
        }
      }
      changed();
    },
    resize(columns, rows) {
      size = {columns, rows};
      changed();
    },
    restyle: changed,
    tick() {
      const isElsewhere = ({state}: Pull): boolean => state === 'elsewhere';
      const before = shelf.pulls.list().filter(isElsewhere).length;
      shelf.pulls.look();
      const isThere = shelf.pulls.list().filter(isElsewhere).length < before;
      if ((section === 'running' || isThere) && !isAsking) inBackground(true);
    },
    frame() {
      if (frame) return frame;
      const listed = items();
      const seen = listed[indexIn(listed)];
      attention.turnTo(seen?.type === 'model' ? seen.name : null);
      const drawn = drawManager({
        items: listed,
        selected: indexIn(listed),
        first,
        section,
        counts: {installed: models.length, running: models.filter(({loaded}) => loaded).length},
        isAsking: isWaiting,
        mode,
        filter,
        remark,
        size,
        styles: settings.styles(),
        labelOf: id => shelf.backend(id)?.label ?? id,
        silent: shelf.silent(),
        view: {
          favourites: shelf.favourites(),
          aliases: shelf.aliases(),
          use,
          current: settings.current(),
          now: settings.now(),
        },
      });
      first = drawn.first;
      frame = drawn.frame;
      return frame;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    end() {
      isOver = true;
      unfollow();
      unfollowShelf();
      attention.turnTo(null);
      unfollowEnds();
    },
  };
}
