import type {PickerItem, PickerRequest} from '../../../src/ui/picker/pickerRequest.ts';

/** Finds at once what contains the filter, and marks it. */
export function findPlainly(items: readonly PickerItem[]): PickerRequest['find'] {
  return (query, show) => {
    const found = items.filter(item => item.label.includes(query));
    const marked = found.map(item => {
      const start = item.label.indexOf(query);
      return query === '' ? item : {...item, ranges: [[start, start + query.length] as const]};
    });
    show({items: marked, complete: true});
    return () => {};
  };
}
