import type {Choice, ChoiceAction, ChoiceRequest} from '../../commands/command.ts';
import type {KeyAction} from '../../commands/keyTable.ts';
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
  {title, choices, highlight, actions = [], comesBack = false}: ChoiceRequest,
  pick: (choice: Choice) => void | Promise<void>,
  dismissed: () => void,
  edit: (line: string) => void = () => {},
  keyOf: (action: KeyAction) => string | undefined = () => undefined,
): PickerRequest {
  // What is about something is known by that, so that it is found again when the list comes back.
  const keyed = new Map(choices.map((choice, index) => [choice.subject ?? String(index), choice]));
  const items = [...keyed].map(
    ([key, {label, ranges, detail, preview, drawn, current}]): PickerItem => ({
      key,
      label,
      ...(ranges !== undefined && {ranges}),
      ...(detail !== undefined && {detail}),
      ...(preview !== undefined && {preview}),
      ...(drawn !== undefined && {drawn}),
      ...(current !== undefined && {current}),
    }),
  );
  const choiceOf = (item: PickerItem | undefined): Choice | undefined => item && keyed.get(item.key);
  const actionOf = (action: ChoiceAction): PickerAction => {
    if ('run' in action) {
      const {word, needsChoice = true} = action;
      return {
        stays: true,
        needsItem: needsChoice,
        async run(item) {
          const choice = choiceOf(item) ?? (needsChoice ? undefined : choices[0]);
          if (choice) await pick({label: word, run: () => action.run(choice)});
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
    find: findAmong(items),
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
