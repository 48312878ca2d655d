import type {Camera} from './createCamera.ts';
import type {ViewerDocument} from './createDocument.ts';
import type {Page} from './createPage.ts';
import type {Part, ViewBlock} from './part.ts';
import {nextPart, type Place, previousPart} from './viewport.ts';

/** A block of the document and where it begins. */
export type Found = {block: ViewBlock; place: Place};

/** Which block is selected. */
export type Selection = {
  /** The key of the selected block. */
  key(): string | undefined;
  /** The selected block, as long as it is there. */
  selected(): Found | undefined;
  select(found: Found): void;
  /** The same, and the window stays where it is. */
  mark(found: Found): void;
  /** Selects the block after (or before) the selected one; the first (last) in sight when that is out of sight. */
  next(forward: boolean): void;
  /** The blocks in sight that can be selected, in order. */
  inSight(): Found[];
};

/** Starts with nothing selected. */
export function createSelection(page: Page, document: ViewerDocument, camera: Camera): Selection {
  let current: {id: string; key: string} | undefined;

  const beginningOf = (message: number, key: string): Place => ({
    message,
    part: document.parts(message).findIndex(({block}) => block.key === key),
    row: 0,
  });
  const inSight = (): Found[] => {
    const found: Found[] = [];
    for (const {message, part} of camera.sight()) {
      const block = page.partAt(message, part)?.block;
      if (!block || !canBeSelected(block) || found.at(-1)?.block.key === block.key) continue;
      found.push({block, place: beginningOf(message, block.key)});
    }
    return found;
  };
  const selected = (): Found | undefined => {
    if (!current) return undefined;
    const message = document.indexOf(current.id);
    if (message === -1) return undefined;
    const place = beginningOf(message, current.key);
    const block = page.partAt(message, place.part)?.block;
    return block && {block, place};
  };
  const mark = ({block, place}: Found): void => {
    current = {id: document.idOf(place.message), key: block.key};
  };
  const select = (found: Found): void => {
    const {place} = found;
    mark(found);
    camera.show(place, page.rows(place.message, place.part));
  };

  return {
    key: () => current?.key,
    selected,
    select,
    mark,
    inSight,
    next(forward) {
      const from = selected();
      const sight = inSight();
      if (!from || !sight.some(({block}) => block.key === from.block.key)) {
        const found = forward ? sight[0] : sight.at(-1);
        if (found) select(found);
        return;
      }
      const step = forward ? nextPart : previousPart;
      const isOther = (part: Part | undefined): part is Part =>
        part !== undefined && part.block.key !== from.block.key && canBeSelected(part.block);
      for (let place = step(page, from.place); place; place = step(page, place)) {
        const part = page.partAt(place.message, place.part);
        if (!isOther(part)) continue;
        select({block: part.block, place: beginningOf(place.message, part.block.key)});
        return;
      }
    },
  };
}

function canBeSelected({kind}: ViewBlock): boolean {
  return kind !== 'note' && kind !== 'figures';
}
