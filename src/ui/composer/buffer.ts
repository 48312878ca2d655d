import {isChipAt} from './chips.ts';
import {borderAt, nextBorder, previousBorder} from './graphemes.ts';
import {lineEnd, lineStart} from './lines.ts';

/**
 * The text being typed and where the cursor stands in it. `cursor` is an index in UTF-16 units that always lies
 * on the border of a grapheme. All functions are pure.
 */
export type Buffer = {readonly text: string; readonly cursor: number};

export const emptyBuffer: Buffer = {text: '', cursor: 0};

const words = new Intl.Segmenter(undefined, {granularity: 'word'});

/** A buffer with the cursor at the end of a text. */
export function bufferOf(text: string): Buffer {
  return {text, cursor: text.length};
}

export function insert(buffer: Buffer, text: string): Buffer {
  return replace(buffer, buffer.cursor, buffer.cursor, text);
}

/** Puts a text in place of `[start, end)`, and the cursor after it. */
export function replace(buffer: Buffer, start: number, end: number, text: string): Buffer {
  const changed = buffer.text.slice(0, start) + text + buffer.text.slice(end);
  // What comes together may make one grapheme, in which the cursor cannot stand.
  return {text: changed, cursor: borderAt(changed, start + text.length, 1)};
}

export function moveLeft(buffer: Buffer): Buffer {
  return {...buffer, cursor: previousBorder(buffer.text, buffer.cursor)};
}

export function moveRight(buffer: Buffer): Buffer {
  return {...buffer, cursor: nextBorder(buffer.text, buffer.cursor)};
}

export function moveWordLeft(buffer: Buffer): Buffer {
  return {...buffer, cursor: wordStart(buffer.text, buffer.cursor)};
}

export function moveWordRight(buffer: Buffer): Buffer {
  return {...buffer, cursor: wordEnd(buffer.text, buffer.cursor)};
}

export function moveLineStart(buffer: Buffer): Buffer {
  return {...buffer, cursor: lineStart(buffer.text, buffer.cursor)};
}

export function moveLineEnd(buffer: Buffer): Buffer {
  return {...buffer, cursor: lineEnd(buffer.text, buffer.cursor)};
}

export function moveTextStart(buffer: Buffer): Buffer {
  return {...buffer, cursor: 0};
}

export function moveTextEnd(buffer: Buffer): Buffer {
  return {...buffer, cursor: buffer.text.length};
}

/** The cursor on the border of a grapheme, where it may have come to stand inside of one. */
export function toBorder({text, cursor}: Buffer): Buffer {
  return {text, cursor: borderAt(text, cursor, -1)};
}

/** The cursor on a character rather than between two: not behind the last one of its line. */
export function restOnCharacter(buffer: Buffer): Buffer {
  const {text, cursor} = buffer;
  const isBehind = cursor === lineEnd(text, cursor) && cursor > lineStart(text, cursor);
  return isBehind ? moveLeft(buffer) : buffer;
}

export function deleteBackward(buffer: Buffer): Buffer {
  return removeRange(buffer, previousBorder(buffer.text, buffer.cursor), buffer.cursor);
}

export function deleteForward(buffer: Buffer): Buffer {
  return removeRange(buffer, buffer.cursor, nextBorder(buffer.text, buffer.cursor));
}

export function deleteWordBackward(buffer: Buffer): Buffer {
  return removeRange(buffer, wordStart(buffer.text, buffer.cursor), buffer.cursor);
}

export function deleteWordForward(buffer: Buffer): Buffer {
  return removeRange(buffer, buffer.cursor, wordEnd(buffer.text, buffer.cursor));
}

/** Deletes to the start of the line; at the start already, the newline before it. */
export function deleteToLineStart(buffer: Buffer): Buffer {
  const start = lineStart(buffer.text, buffer.cursor);
  return start === buffer.cursor ? deleteBackward(buffer) : removeRange(buffer, start, buffer.cursor);
}

/** Deletes to the end of the line; at the end already, the newline after it. */
export function deleteToLineEnd(buffer: Buffer): Buffer {
  const end = lineEnd(buffer.text, buffer.cursor);
  return end === buffer.cursor ? deleteForward(buffer) : removeRange(buffer, buffer.cursor, end);
}

function removeRange(buffer: Buffer, start: number, end: number): Buffer {
  return start === end ? buffer : replace(buffer, start, end, '');
}

/** Words are looked for so far around the cursor, in UTF-16 units: a long paste must not be read whole for each. */
const wordReach = 2000;

function wordStart(text: string, cursor: number): number {
  const from = Math.max(0, cursor - wordReach);
  let start = from;
  for (const {index, isWordLike} of words.segment(text.slice(from, cursor)))
    if (isWordLike || isChipAt(text, from + index)) start = from + index;
  return borderAt(text, start, -1);
}

function wordEnd(text: string, cursor: number): number {
  let end = Math.min(text.length, cursor + wordReach);
  for (const {index, segment, isWordLike} of words.segment(text.slice(cursor, end))) {
    const isChip = isChipAt(text, cursor + index);
    if (!isWordLike && !isChip) continue;
    end = cursor + index + (isChip ? 1 : segment.length);
    break;
  }
  return borderAt(text, end, 1);
}
