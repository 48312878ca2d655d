import {findText, mostMatches, toPattern} from './findText.ts';
import type {Part} from './part.ts';
import type {ViewerMessage} from './viewerMessage.ts';

/** Where a message fits what is searched, in its text or its thinking. */
export type Match = {message: number; field: 'text' | 'reasoning'; start: number};

/** A search in all messages, of their source: nothing needs to be drawn for it. */
export type Search = {
  query(): string;
  pattern(): RegExp | undefined;
  /** Searches for something else; empty ends the search. */
  setQuery(query: string): void;
  /** Messages from this one on have changed. */
  changed(from: number): void;
  count(): number;
  /** The number of the match that is looked at, from 0; undefined when none is. */
  position(): number | undefined;
  current(): Match | undefined;
  /** Goes to the first match at or after a message and an offset in its text, around the end if need be. */
  seek(message: number, offset: number): Match | undefined;
  /** Goes on or back by some matches, around the end. */
  step(by: number): Match | undefined;
  /** How many matches of the message stand in a part of it before this one. */
  ordinalIn(part: Part, match: Match): number;
};

/** Starts without a query. */
export function createSearch(count: () => number, message: (index: number) => ViewerMessage): Search {
  let query = '';
  let pattern: RegExp | undefined;
  let matches: Match[] = [];
  let position: number | undefined;

  const searchFrom = (from: number): void => {
    if (!pattern) return;
    for (let index = from; index < count() && matches.length < mostMatches; index++) {
      const {text, reasoning} = message(index);
      for (const [field, source] of [
        ['reasoning', reasoning],
        ['text', text],
      ] as const) {
        if (source === '') continue;
        for (const {start} of findText(source, pattern, mostMatches - matches.length))
          matches.push({message: index, field, start});
      }
    }
  };
  const current = (): Match | undefined => (position === undefined ? undefined : matches[position]);

  return {
    query: () => query,
    pattern: () => pattern,
    setQuery(next) {
      query = next;
      pattern = toPattern(next);
      matches = [];
      position = undefined;
      searchFrom(0);
    },
    changed(from) {
      if (!pattern) return;
      const kept = matches.findIndex(match => match.message >= from);
      if (kept !== -1) matches.length = kept;
      searchFrom(from);
      if (position !== undefined && position >= matches.length) position = undefined;
    },
    count: () => matches.length,
    position: () => position,
    current,
    seek(at, offset) {
      const index = matches.findIndex(
        match =>
          match.message > at ||
          (match.message === at && (match.field === 'text' ? match.start >= offset : offset === 0)),
      );
      position = matches.length === 0 ? undefined : Math.max(0, index);
      return current();
    },
    step(by) {
      const {length} = matches;
      if (length === 0) return undefined;
      const from = position ?? (by > 0 ? -1 : 0);
      position = (((from + by) % length) + length) % length;
      return current();
    },
    ordinalIn(part, match) {
      return matches.filter(
        other =>
          other.message === match.message &&
          other.field === match.field &&
          other.start >= part.start &&
          other.start < match.start,
      ).length;
    },
  };
}
