import type {Choice, ChoiceAction, ChoiceRequest} from '../../commands/command.ts';
import type {KeyAction} from '../../commands/keyTable.ts';
import {describeError, toLlmError} from '../../core/errors.ts';
import {findAmong} from './fuzzyChoices.ts';
import type {PickerAction, PickerItem, PickerRequest} from './pickerRequest.ts';

/**
 * The list that a command offers.
 *
 * @param pick does what the choice stands for; resolves when that is done
 * @param dismissed is told when it was closed without choosing
 * @param edit puts a command line where it can be finished
 * @param keyOf the key of an action as people write it; undefined when it has none
 */
export function choicePicker(
  {title, choices, arriving, live, highlight, actions = [], comesBack = false}: ChoiceRequest,
  pick: (choice: Choice) => void | Promise<void>,
  dismissed: () => void,
  edit: (line: string) => void = () => {},
  keyOf: (action: KeyAction) => string | undefined = () => undefined,
): PickerRequest {
  const keyed = new Map<string, Choice>();
  const itemsOf = (from: readonly Choice[]): readonly PickerItem[] => {
    // What is about something is known by that, so that it is found again when the list comes back.
    const own = new Map(from.map((choice, index) => [choice.subject ?? String(index), choice]));
    // Those before stay known: they are seen until the others are drawn.
    for (const [key, choice] of own) keyed.set(key, choice);
    return [...own].map(toItem);
  };
  const choiceOf = (item: PickerItem | undefined): Choice | undefined => item && keyed.get(item.key);
  const actionOf = (action: ChoiceAction): PickerAction => {
    if ('run' in action) {
      const {word, needsChoice = true} = action;
      return {
        stays: true,
        needsItem: needsChoice,
        async run(item) {
          const choice = choiceOf(item) ?? (needsChoice ? undefined : choices[0]);
          if (choice)
            await pick({label: word, run: () => action.run(choice), immediate: action.immediate ?? false});
        },
      };
    }
    return {
      stays: false,
      run(item) {
        const choice = choiceOf(item);
        if (!choice) return;
        dismissed();
        edit(action.line(choice));
      },
    };
  };
  return {
    title,
    actions: new Map(actions.map(action => [action.key, actionOf(action)])),
    comesBack,
    hints: actions.flatMap(({key, word, isHinted = true}) => {
      const label = isHinted ? keyOf(key) : undefined;
      return label === undefined ? [] : [`${label} ${word}`];
    }),
    find:
      arriving || live
        ? findArriving(itemsOf(choices), arriving?.then(itemsOf), live && liveItems(live, itemsOf))
        : findAmong(itemsOf(choices)),
    choose(item) {
      const choice = choiceOf(item);
      if (choice) void pick(choice);
    },
    highlight: item => highlight?.(choiceOf(item) ?? null),
    cancelled() {
      highlight?.(null);
      dismissed();
    },
  };
}

function toItem([key, choice]: readonly [string, Choice]): PickerItem {
  const {label, ranges, detail, cells, group, preview, drawn, current} = choice;
  return {
    key,
    label,
    ...(ranges !== undefined && {ranges}),
    ...(detail !== undefined && {detail}),
    ...(cells !== undefined && {cells}),
    ...(group !== undefined && {group}),
    ...(preview !== undefined && {preview}),
    ...(drawn !== undefined && {drawn}),
    ...(current !== undefined && {current}),
  };
}

/** The same as `ChoiceRequest.live`, of items. */
type LiveItems = {
  now(): {items: readonly PickerItem[]; note: string};
  follow(changed: () => void): () => void;
};

function liveItems(
  {now, follow}: NonNullable<ChoiceRequest['live']>,
  itemsOf: (choices: readonly Choice[]) => readonly PickerItem[],
): LiveItems {
  return {
    now() {
      const {choices, note} = now();
      return {items: itemsOf(choices), note};
    },
    follow,
  };
}

/** Looks among what is known, and whenever more is known among that. */
function findArriving(
  known: readonly PickerItem[],
  arriving: Promise<readonly PickerItem[]> | undefined,
  live: LiveItems | undefined,
): PickerRequest['find'] {
  let find = findAmong(known);
  let isThere = arriving === undefined;
  let note = '';
  const readLive = (): void => {
    if (!live) return;
    const now = live.now();
    find = findAmong(now.items);
    note = now.note;
  };
  if (isThere) readLive();
  const settled = arriving
    ?.then(
      items => {
        find = findAmong(items);
        readLive();
      },
      thrown => {
        note = describeError(toLlmError(thrown));
      },
    )
    .finally(() => {
      isThere = true;
    });
  return (query, show) => {
    let isStopped = false;
    const look = (): (() => void) =>
      find(query, found => show({...found, complete: found.complete && isThere, ...(note !== '' && {note})}));
    let stop = look();
    const again = (): void => {
      if (isStopped) return;
      stop();
      stop = look();
    };
    if (!isThere) void settled?.then(again);
    const unfollow = live?.follow(() => {
      readLive();
      again();
    });
    return () => {
      isStopped = true;
      stop();
      unfollow?.();
    };
  };
}
