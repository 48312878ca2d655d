import type {Camera} from './createCamera.ts';
import type {ViewerDocument} from './createDocument.ts';
import type {Page} from './createPage.ts';
import type {Match, Search} from './createSearch.ts';
import type {Part, ViewBlock} from './part.ts';
import {compare, move, type Place} from './viewport.ts';

/** Brings what a search has found into sight. */
export type Finder = {
  /** Goes on or back by some matches. */
  step(by: number): void;
  /** Goes to the first match from a place on. */
  seek(from: Place): void;
};

export type FinderSettings = {
  page: Page;
  document: ViewerDocument;
  camera: Camera;
  search: Search;
  /** Rows of the window. */
  height(): number;
  setOpen(block: ViewBlock, isOpen: boolean): void;
};

/** Makes a finder over a page and its window. */
export function createFinder({page, document, camera, search, height, setOpen}: FinderSettings): Finder {
  /** Opens what hides a match. A match that stands in no part cannot be shown: it is only a mark in the source. */
  const show = (match: Match | undefined): void => {
    if (!match) return;
    const {message} = match;
    const holds = ({field, start, end}: Part): boolean =>
      field === match.field && match.start >= start && match.start < end;
    let part = document.parts(message).findIndex(holds);
    const block = page.partAt(message, part)?.block;
    if (!block) return;
    if (block.isOpen === false) {
      setOpen(block, true);
      part = document.parts(message).findIndex(holds);
    }
    const place = {message, part, row: page.matchRow(message, part, search, match)};
    if (camera.sight().some(each => compare(each, place) === 0)) return;
    camera.goTo(move(page, place, -Math.floor(height() / 3)));
  };

  return {
    step: by => show(search.step(by)),
    seek(from) {
      const part = document.count() > 0 ? page.partAt(from.message, from.part) : undefined;
      show(search.seek(from.message, part?.field === 'text' ? part.start : 0));
    },
  };
}
