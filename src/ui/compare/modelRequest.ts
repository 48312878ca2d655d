import {fullName} from '../../commands/modelNames.ts';
import type {Model} from '../../core/backend.ts';
import {formatBytes} from '../../core/figures.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import {findAmong} from '../picker/fuzzyChoices.ts';
import type {PickerRequest} from '../picker/pickerRequest.ts';

/** The list of models for a pane: Enter puts one in its place, Tab adds a pane. */
export function modelRequest(
  models: readonly Model[],
  /** The pane, with the model to be marked, which a blind test keeps to itself; undefined where there is none. */
  pane: {model?: string} | undefined,
  {replace, add}: {replace(model: string): void; add(model: string): void},
): PickerRequest {
  const names = models.map(fullName);
  const items = models.map((model, index) => ({
    key: String(index),
    label: neutraliseLine(fullName(model)),
    detail: [model.parameters, model.quantization, model.size !== undefined && formatBytes(model.size)]
      .filter(part => typeof part === 'string')
      .map(neutraliseLine)
      .join(' · '),
    current: fullName(model) === pane?.model,
  }));
  const nameOf = (key: string): string => names[Number(key)] ?? '';
  return {
    title: pane === undefined ? 'Add a pane' : 'In this pane (Tab adds a pane)',
    find: findAmong(items),
    choose: ({key}) => (pane === undefined ? add : replace)(nameOf(key)),
    edit: ({key}) => add(nameOf(key)),
  };
}
