import type {Pull} from '../../commands/createPulls.ts';
import {fullName} from '../../commands/modelNames.ts';
import {type ModelOrder, orderModels} from '../../commands/orderModels.ts';
import type {Model} from '../../core/backend.ts';
import type {Item, Section} from './manager.ts';

/** What can be selected, from the top: the pulls, then the models by their backends, as far as they fit the filter. */
export function listItems(
  models: readonly Model[],
  pulls: readonly Pull[],
  {section, filter, order}: {section: Section; filter: string; order: ModelOrder},
): Item[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (text: string): boolean => words.every(word => text.toLowerCase().includes(word));
  const wanted = models.filter(
    model => (section === 'installed' || model.loaded) && fits(searchedText(model)),
  );
  const own = pulls.filter(({name}) => fits(name));
  return [
    ...own.map((pull): Item => ({type: 'pull', name: pull.name, pull})),
    ...orderModels(wanted, order).map((model): Item => ({type: 'model', name: fullName(model), model})),
  ];
}

function searchedText(model: Model): string {
  const {parameters = '', quantization = '', capabilities = []} = model;
  return [fullName(model), parameters, quantization, ...capabilities].join(' ');
}

/** Tells an item from the others: a model may be there and be pulled anew. */
export function keyOf({type, name}: Item): string {
  return `${type} ${name}`;
}
