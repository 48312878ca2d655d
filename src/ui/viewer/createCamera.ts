import type {ViewerDocument} from './createDocument.ts';
import type {Page} from './createPage.ts';
import type {Part} from './part.ts';
import {compare, endTop, type Place, reveal, top, visible} from './viewport.ts';

/** The window over the page: where it begins, and whether it stays at the end as the end moves on. */
export type Camera = {
  top(): Place;
  /** It stands at the end and follows it. */
  isAtEnd(): boolean;
  /** Begins at a place, or as near to it as the end of the document allows. */
  goTo(place: Place): void;
  goToEnd(): void;
  /** Brings a place, with `rows` rows of what stands there, into sight by the least move. */
  show(place: Place, rows?: number): void;
  /** The places of the rows in sight. */
  sight(): Place[];
  /** Does something that may change every row, and finds the text again that stood at the top. */
  keep(change: () => void): void;
  /** Takes over what the document has become by `update`, which says whether it changed. */
  follow(update: () => boolean): boolean;
};

/** Opens a window of `height()` rows at the start of a page, or at its end when it follows. */
export function createCamera(
  page: Page,
  document: ViewerDocument,
  height: () => number,
  isFollowing: boolean,
): Camera {
  let place: Place = top;
  let follows = isFollowing;

  const goTo = (next: Place): void => {
    const end = endTop(page, height());
    place = compare(next, end) > 0 ? end : next;
    follows = compare(place, end) >= 0;
  };
  const goToEnd = (): void => goTo(endTop(page, height()));

  return {
    top: () => place,
    isAtEnd: () => follows,
    goTo,
    goToEnd,
    show(wanted, rows = 1) {
      const next = reveal(page, place, height(), wanted, rows);
      if (next !== place) goTo(next);
    },
    sight: () => (document.count() === 0 ? [] : visible(page, place, height())),
    keep(change) {
      const {message, part: index, row} = place;
      const part = document.count() === 0 ? undefined : page.partAt(message, index);
      const share = part ? row / page.rows(message, index) : 0;
      change();
      if (!part || follows) {
        goToEnd();
        return;
      }
      const same = samePart(document.parts(message), part);
      const rows = page.rows(message, same);
      goTo({message, part: same, row: Math.min(rows - 1, Math.round(share * rows))});
    },
    follow(update) {
      const id = document.count() === 0 ? '' : document.idOf(place.message);
      if (!update()) return false;
      const message = document.indexOf(id);
      if (follows || message === -1) goToEnd();
      else {
        const part = Math.min(place.part, Math.max(0, document.parts(message).length - 1));
        goTo({message, part, row: Math.min(place.row, page.rows(message, part) - 1)});
      }
      return true;
    },
  };
}

/** The part of a message, laid out anew, that shows what a part of before did. */
function samePart(parts: readonly Part[], {block, start}: Part): number {
  const exact = parts.findIndex(other => other.block.key === block.key && other.end > start);
  return Math.max(0, exact === -1 ? parts.findIndex(other => other.block.key === block.key) : exact);
}
