import type {PickerState} from './createPicker.ts';

/** The terminal's, in cells. */
export type TerminalSize = {readonly rows: number; readonly columns: number};

/** Where the parts of an open list go. `columns` are those that are drawn in: one fewer than the terminal has. */
export type PickerLayout = {
  readonly columns: number;
  /** Rows of the list as it is now, without its first line. */
  readonly listRows: number;
  /** How many it may have. */
  readonly mostRows: number;
  readonly listColumns: number;
  readonly preview: 'none' | 'beside' | 'below';
  readonly previewRows: number;
  readonly previewColumns: number;
};

const usualRows = 10;
/** Beside a shorter list, a preview gets so many rows all the same. */
const leastBeside = 6;
/** In fewer columns there is no room for list and preview side by side. */
const wide = 100;
/** The same where the list has columns, which are worth more than the preview's place. */
const wideWithCells = 150;
/** In fewer rows there is no room for a preview below. */
const high = 12;
/** Between list and preview, with the line between them. */
export const divider = ' │ ';
/** Before each line of a preview below. */
export const indent = '  │ ';

/** Shares the room out. The whole is always at least two rows lower than the terminal, so that a status line fits. */
export function layOutPicker({items}: Pick<PickerState, 'items'>, size: TerminalSize): PickerLayout {
  const columns = Math.max(10, size.columns - 1);
  const room = Math.max(1, Math.min(usualRows, size.rows - 3));
  const hasPreview = items.some(({preview, drawn}) => preview !== undefined || drawn) && size.rows >= high;
  const list = (mostRows: number, listColumns: number) => ({
    columns,
    listRows: Math.min(mostRows, Math.max(1, items.length)),
    mostRows,
    listColumns,
  });
  if (!hasPreview) return {...list(room, columns), preview: 'none', previewRows: 0, previewColumns: 0};
  if (size.columns >= (items.some(({cells}) => cells) ? wideWithCells : wide)) {
    const listColumns = Math.floor((columns - divider.length) / 2);
    const shown = list(room, listColumns);
    return {
      ...shown,
      preview: 'beside',
      previewRows: Math.min(room, Math.max(shown.listRows, leastBeside)),
      previewColumns: columns - listColumns - divider.length,
    };
  }
  // The list goes first: on a low terminal it keeps six rows.
  const previewRows = Math.min(4, size.rows - 3 - Math.min(room, 6));
  return {
    ...list(Math.min(room, size.rows - 3 - previewRows), columns),
    preview: 'below',
    previewRows,
    previewColumns: columns - indent.length,
  };
}

/** How many rows an open list takes, its first line among them. */
export function pickerHeight(state: Pick<PickerState, 'items'>, size: TerminalSize): number {
  const {listRows, preview, previewRows} = layOutPicker(state, size);
  return 1 + (preview === 'beside' ? Math.max(listRows, previewRows) : listRows + previewRows);
}
