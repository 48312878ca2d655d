import type {Model} from '../core/backend.ts';
import type {ModelUse} from '../storage/readModelUse.ts';
import {fullName} from './modelNames.ts';

export type ModelOrder = {
  /** Full names. */
  favourites: readonly string[];
  use: ReadonlyMap<string, ModelUse>;
};

/**
 * Models by their backends; in each the favourites come first, then those that answered last, then the others as they
 * were listed. The backends are in the order of their first models.
 */
export function orderModels(models: readonly Model[], {favourites, use}: ModelOrder): Model[] {
  const rank = (model: Model): readonly [number, number] => [
    favourites.includes(fullName(model)) ? 0 : 1,
    -(use.get(fullName(model))?.lastUsed ?? 0),
  ];
  const compare = (a: Model, b: Model): number => {
    const [one, other] = [rank(a), rank(b)];
    return one[0] - other[0] || one[1] - other[1];
  };
  const groups = [...Map.groupBy(models, ({backend}) => backend).values()].map(group =>
    group.toSorted(compare),
  );
  return groups.toSorted(([a], [b]) => (a && b ? compare(a, b) : 0)).flat();
}
