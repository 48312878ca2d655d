import type {Camera} from './createCamera.ts';
import type {ViewerDocument} from './createDocument.ts';
import type {Page} from './createPage.ts';
import type {Match, Search} from './createSearch.ts';
import type {Found} from './createSelection.ts';
import type {ViewBlock} from './part.ts';
import {compare, move, type Place} from './viewport.ts';

/** Brings what a search has found into sight. */
export type Finder = {
  /** Goes on or back by some matches. */
  step(by: number): void;
  /** Goes to the first match from a place on. */
  seek(from: Place): void;
  /** The block that the match which is looked at stands in. */
  found(): Found | undefined;
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
  const partOf = ({message, field, start}: Match): number =>
    document
      .parts(message)
      .findIndex(part => part.field === field && start >= part.start && start < part.end);
  const show = (match: Match | undefined): void => {
    if (!match) return;
    const {message} = match;
    let part = partOf(match);
    const block = page.partAt(message, part)?.block;
    if (!block) return;
    if (block.isOpen === false) {
      setOpen(block, true);
      part = partOf(match);
    }
    const place = {message, part, row: page.matchRow(message, part, search, match)};
    if (camera.sight().some(each => compare(each, place) === 0)) return;
    camera.goTo(move(page, place, -Math.floor(height() / 3)));
  };

  return {
    found() {
      const match = search.current();
      if (!match) return undefined;
      const part = partOf(match);
      const block = page.partAt(match.message, part)?.block;
      return block && {block, place: {message: match.message, part, row: 0}};
    },
    step: by => show(search.step(by)),
    seek(from) {
      const part = document.count() > 0 ? page.partAt(from.message, from.part) : undefined;
      show(search.seek(from.message, part?.field === 'text' ? part.start : 0));
    },
  };
}
