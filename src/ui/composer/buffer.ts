/**
 * The text being typed and where the cursor stands in it. `cursor` is an index in UTF-16 units that always lies
 * on the border of a grapheme. All functions are pure.
 */
export type Buffer = {readonly text: string; readonly cursor: number};

export const emptyBuffer: Buffer = {text: '', cursor: 0};

/** Text in which every character is a grapheme of one column: most of what is typed, and cheap to measure. */
export const printableAscii = /^[\x20-\x7e]*$/;

const graphemes = new Intl.Segmenter(undefined, {granularity: 'grapheme'});
const words = new Intl.Segmenter(undefined, {granularity: 'word'});

/** A buffer with the cursor at the end of a text. */
export function bufferOf(text: string): Buffer {
  return {text, cursor: text.length};
}

export function insert(buffer: Buffer, text: string): Buffer {
  const {cursor} = buffer;
  return {
    text: buffer.text.slice(0, cursor) + text + buffer.text.slice(cursor),
    cursor: cursor + text.length,
  };
}

export function moveLeft(buffer: Buffer): Buffer {
  return {...buffer, cursor: previousGrapheme(buffer.text, buffer.cursor)};
}

export function moveRight(buffer: Buffer): Buffer {
  return {...buffer, cursor: nextGrapheme(buffer.text, buffer.cursor)};
}

export function moveWordLeft(buffer: Buffer): Buffer {
  return {...buffer, cursor: wordStart(buffer.text, buffer.cursor)};
}

export function moveWordRight(buffer: Buffer): Buffer {
  return {...buffer, cursor: wordEnd(buffer.text, buffer.cursor)};
}

export function moveLineStart(buffer: Buffer): Buffer {
  return {...buffer, cursor: lineStart(buffer)};
}

export function moveLineEnd(buffer: Buffer): Buffer {
  return {...buffer, cursor: lineEnd(buffer)};
}

export function deleteBackward(buffer: Buffer): Buffer {
  return removeRange(buffer, previousGrapheme(buffer.text, buffer.cursor), buffer.cursor);
}

export function deleteForward(buffer: Buffer): Buffer {
  return removeRange(buffer, buffer.cursor, nextGrapheme(buffer.text, buffer.cursor));
}

export function deleteWordBackward(buffer: Buffer): Buffer {
  return removeRange(buffer, wordStart(buffer.text, buffer.cursor), buffer.cursor);
}

export function deleteWordForward(buffer: Buffer): Buffer {
  return removeRange(buffer, buffer.cursor, wordEnd(buffer.text, buffer.cursor));
}

/** Deletes to the start of the line; at the start already, the newline before it. */
export function deleteToLineStart(buffer: Buffer): Buffer {
  const start = lineStart(buffer);
  return start === buffer.cursor ? deleteBackward(buffer) : removeRange(buffer, start, buffer.cursor);
}

/** Deletes to the end of the line; at the end already, the newline after it. */
export function deleteToLineEnd(buffer: Buffer): Buffer {
  const end = lineEnd(buffer);
  return end === buffer.cursor ? deleteForward(buffer) : removeRange(buffer, buffer.cursor, end);
}

/** The borders of all graphemes from `from` on, as `[start, end]` pairs. */
export function graphemeSpans(text: string): {start: number; end: number; text: string}[] {
  if (printableAscii.test(text)) {
    return Array.from(text, (character, index) => ({start: index, end: index + 1, text: character}));
  }
  return [...graphemes.segment(text)].map(({segment, index}) => ({
    start: index,
    end: index + segment.length,
    text: segment,
  }));
}

function removeRange(buffer: Buffer, start: number, end: number): Buffer {
  return {text: buffer.text.slice(0, start) + buffer.text.slice(end), cursor: start};
}

function lineStart({text, cursor}: Buffer): number {
  return cursor === 0 ? 0 : text.lastIndexOf('\n', cursor - 1) + 1;
}

function lineEnd({text, cursor}: Buffer): number {
  const end = text.indexOf('\n', cursor);
  return end === -1 ? text.length : end;
}

/** Segments the line around the cursor only, so that a long prompt costs no more per key than a short one. */
function previousGrapheme(text: string, cursor: number): number {
  if (cursor === 0) return 0;
  const start = lineStart({text, cursor});
  if (start === cursor) return cursor - 1;
  let previous = start;
  for (const {index} of graphemes.segment(text.slice(start, cursor))) previous = start + index;
  return previous;
}

function nextGrapheme(text: string, cursor: number): number {
  if (cursor >= text.length) return text.length;
  if (text[cursor] === '\n') return cursor + 1;
  const rest = text.slice(cursor, lineEnd({text, cursor}));
  for (const {segment} of graphemes.segment(rest)) return cursor + segment.length;
  return text.length;
}

/** Words are looked for so far around the cursor, in UTF-16 units: a long paste must not be read whole for each. */
const wordReach = 2000;

function wordStart(text: string, cursor: number): number {
  const from = Math.max(0, cursor - wordReach);
  let start = from;
  for (const {index, isWordLike} of words.segment(text.slice(from, cursor)))
    if (isWordLike) start = from + index;
  return start;
}

function wordEnd(text: string, cursor: number): number {
  for (const {index, segment, isWordLike} of words.segment(text.slice(cursor, cursor + wordReach))) {
    if (isWordLike) return cursor + index + segment.length;
  }
  return Math.min(text.length, cursor + wordReach);
}
