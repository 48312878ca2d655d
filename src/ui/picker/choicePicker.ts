import type {Choice, ChoiceAction, ChoiceRequest} from '../../commands/command.ts';
import type {KeyAction} from '../../commands/keyTable.ts';
import {findAmong} from './fuzzyChoices.ts';
import type {PickerItem, PickerRequest} from './pickerRequest.ts';

/**
 * The list that a command offers.
 *
 * @param pick does what the choice stands for
 * @param dismissed is told when it was closed without choosing
 * @param edit puts a command line where it can be finished
 * @param keyOf the key of an action as people write it; undefined when it has none
 */
export function choicePicker(
  {title, choices, highlight, actions = []}: ChoiceRequest,
  pick: (choice: Choice) => void,
  dismissed: () => void,
  edit: (line: string) => void = () => {},
  keyOf: (action: KeyAction) => string | undefined = () => undefined,
): PickerRequest {
  const items = choices.map(
    ({label, ranges, detail, preview, drawn, current}, index): PickerItem => ({
      key: String(index),
      label,
      ...(ranges !== undefined && {ranges}),
      ...(detail !== undefined && {detail}),
      ...(preview !== undefined && {preview}),
      ...(drawn !== undefined && {drawn}),
      ...(current !== undefined && {current}),
    }),
  );
  const choiceOf = (item: PickerItem | undefined): Choice | undefined => item && choices[Number(item.key)];
  const act = (action: ChoiceAction, item: PickerItem): void => {
    const choice = choiceOf(item);
    if (!choice) return;
    if ('run' in action) {
      pick({label: action.word, run: () => action.run(choice)});
    } else {
      dismissed();
      edit(action.line(choice));
    }
  };
  return {
    title,
    actions: new Map(actions.map(action => [action.key, item => act(action, item)])),
    hints: actions.flatMap(({key, word, isHinted = true}) => {
      const label = isHinted ? keyOf(key) : undefined;
      return label === undefined ? [] : [`${label} ${word}`];
    }),
    find: findAmong(items),
    choose(item) {
      const choice = choiceOf(item);
      if (choice) pick(choice);
    },
    highlight: item => highlight?.(choiceOf(item) ?? null),
    cancelled() {
      highlight?.(null);
      dismissed();
    },
  };
}
