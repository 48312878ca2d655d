/** Where a pane stands on the screen: cells from the top left corner. */
export type PaneBox = {x: number; y: number; width: number; height: number};

/** `columns`: side by side. `stacked`: one below the other. `tabs`: one at a time. */
export type Arrangement = 'columns' | 'stacked' | 'tabs';

export type CompareLayout = {
  arrangement: Arrangement;
  /** The boxes of the panes that are to be seen, by their places in the row of panes. */
  boxes: ReadonlyMap<number, PaneBox>;
};

/** A pane is at least so wide, in columns, where there is more than one to be seen. */
const leastWidth = 40;
/** A pane is at least so high, in rows, its heading among them. */
const leastHeight = 6;
/** Columns between panes that stand side by side. */
const gutter = 3;

/**
 * Shares the screen out among panes: columns where each gets 40, else one below the other where each gets six rows, else
 * one at a time. Zoomed, only the one with the focus is seen.
 */
export function layOutCompare(
  count: number,
  size: {columns: number; rows: number},
  focus: number,
  isZoomed: boolean,
): CompareLayout {
  const {columns, rows} = size;
  if (count === 0) return {arrangement: 'columns', boxes: new Map()};
  const whole = {x: 0, y: 0, width: columns, height: rows};
  const alone: ReadonlyMap<number, PaneBox> = new Map([[focus, whole]]);
  if (count === 1) return {arrangement: 'columns', boxes: alone};
  if (isZoomed) return {arrangement: 'tabs', boxes: alone};
  const width = Math.floor((columns - gutter * (count - 1)) / count);
  if (width >= leastWidth) {
    const boxes = new Map<number, PaneBox>();
    let x = 0;
    for (let index = 0; index < count; index++) {
      const left = count - index;
      const own = Math.floor((columns - x - gutter * (left - 1)) / left);
      boxes.set(index, {x, y: 0, width: own, height: rows});
      x += own + gutter;
    }
    return {arrangement: 'columns', boxes};
  }
  if (columns >= leastWidth && Math.floor(rows / count) >= leastHeight) {
    const boxes = new Map<number, PaneBox>();
    let y = 0;
    for (let index = 0; index < count; index++) {
      const own = Math.floor((rows - y) / (count - index));
      boxes.set(index, {x: 0, y, width: columns, height: own});
      y += own;
    }
    return {arrangement: 'stacked', boxes};
  }
  return {arrangement: 'tabs', boxes: alone};
}

/** Whether all panes stand where they stood. */
export function isSameLayout(one: CompareLayout, other: CompareLayout): boolean {
  if (one.arrangement !== other.arrangement || one.boxes.size !== other.boxes.size) return false;
  return [...one.boxes].every(([index, {x, y, width, height}]) => {
    const box = other.boxes.get(index);
    return box?.x === x && box.y === y && box.width === width && box.height === height;
  });
}
