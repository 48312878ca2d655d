import type {Choice, ChoiceRequest} from '../../commands/command.ts';
import {findAmong} from './fuzzyChoices.ts';
import type {PickerItem, PickerRequest} from './pickerRequest.ts';

/**
 * The list that a command offers.
 *
 * @param pick does what the choice stands for
 * @param dismissed is told when it was closed without choosing
 */
export function choicePicker(
  {title, choices, highlight}: ChoiceRequest,
  pick: (choice: Choice) => void,
  dismissed: () => void,
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
  return {
    title,
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
