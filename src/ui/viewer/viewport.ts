/** A row of the document: a row in a part of a message. */
export type Place = {readonly message: number; readonly part: number; readonly row: number};

/** The document, as far as one looks at it: nothing is laid out but what is asked for. */
export type RowSource = {
  messages(): number;
  /** How many parts a message has; none when there is nothing to show of it. */
  parts(message: number): number;
  /** How many rows a part has, at least one. */
  rows(message: number, part: number): number;
};

export const top: Place = {message: 0, part: 0, row: 0};

/** Negative when `a` comes before `b`, 0 when they are the same. */
export function compare(a: Place, b: Place): number {
  return a.message - b.message || a.part - b.part || a.row - b.row;
}

/** The first row of the part after this one. */
export function nextPart(source: RowSource, {message, part}: Place): Place | undefined {
  if (part + 1 < source.parts(message)) return {message, part: part + 1, row: 0};
  for (let next = message + 1; next < source.messages(); next++) {
    if (source.parts(next) > 0) return {message: next, part: 0, row: 0};
  }
  return undefined;
}

/** The first row of the part before this one. */
export function previousPart(source: RowSource, {message, part}: Place): Place | undefined {
  if (part > 0) return {message, part: part - 1, row: 0};
  for (let before = message - 1; before >= 0; before--) {
    const parts = source.parts(before);
    if (parts > 0) return {message: before, part: parts - 1, row: 0};
  }
  return undefined;
}

/** The place so many rows on (back, when negative), or the last (first) one there is. */
export function move(source: RowSource, from: Place, by: number): Place {
  let place = from;
  let row = from.row + by;
  while (row < 0) {
    const before = previousPart(source, place);
    if (!before) return {...place, row: 0};
    place = before;
    row += source.rows(place.message, place.part);
  }
  for (;;) {
    const rows = source.rows(place.message, place.part);
    if (row < rows) return {...place, row};
    const next = nextPart(source, place);
    if (!next) return {...place, row: Math.max(0, rows - 1)};
    row -= rows;
    place = next;
  }
}

/** The last row of the document. */
export function lastRow(source: RowSource): Place {
  for (let message = source.messages() - 1; message >= 0; message--) {
    const parts = source.parts(message);
    if (parts > 0) return {message, part: parts - 1, row: source.rows(message, parts - 1) - 1};
  }
  return top;
}

/** Where a window of `height` rows begins that shows the end. */
export function endTop(source: RowSource, height: number): Place {
  return move(source, lastRow(source), 1 - height);
}

/** The places of the rows in a window; fewer at the end of the document. */
export function visible(source: RowSource, from: Place, height: number): Place[] {
  const places: Place[] = [];
  let place: Place | undefined = source.parts(from.message) > 0 ? from : nextPart(source, from);
  while (place && places.length < height) {
    const rows = source.rows(place.message, place.part);
    for (let row = place.row; row < rows && places.length < height; row++) places.push({...place, row});
    place = nextPart(source, place);
  }
  return places;
}

/** Where the window begins so that a place, with `rows` rows of what stands there, comes into sight by the least move. */
export function reveal(source: RowSource, from: Place, height: number, place: Place, rows = 1): Place {
  if (compare(place, from) < 0) return place;
  const first = move(source, place, Math.min(rows, height) - height);
  return compare(from, first) < 0 ? first : from;
}
