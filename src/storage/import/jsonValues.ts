/** The largest single object that is read, in bytes: it has to be in memory whole, several times over. */
const largestObject = 256 * 1024 * 1024;

const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const comma = 0x2c;
const byteOrderMark = [0xef, 0xbb, 0xbf];

/**
 * The objects of a JSON file, one by one: the elements of an array, or one object, or several after one another (JSON
 * Lines). Only the text of one object is held at a time. Throws `Error` with the reason: what follows "the file …".
 *
 * @param chunks UTF-8
 */
export function* jsonValues(chunks: Iterable<Uint8Array>): Generator<unknown> {
  let pieces: Uint8Array[] = [];
  let held = 0;
  /** Brackets that are open inside the object. */
  let depth = 0;
  let inString = false;
  let escaped = false;
  let array = 'none' as 'none' | 'open' | 'closed';
  let afterComma = false;
  let count = 0;

  const between = (byte: number): void => {
    if (array === 'closed') throw new Error('goes on after its end');
    if (byte === comma && array === 'open' && count > 0 && !afterComma) afterComma = true;
    else if (byte === openBracket && array === 'none' && count === 0) array = 'open';
    else if (byte === closeBracket && array === 'open' && !afterComma) array = 'closed';
    else throw new Error('is not JSON, or not of objects');
  };

  for (const chunk of chunks) {
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (depth === 0) {
        if (isBlank(byte) || (count === 0 && array === 'none' && byteOrderMark.includes(byte))) continue;
        if (byte !== openBrace) {
          between(byte);
          continue;
        }
        if (array === 'closed' || (array === 'open' && count > 0 && !afterComma))
          throw new Error('is not JSON: a comma is missing');
        afterComma = false;
        depth = 1;
        start = at;
      } else if (inString) {
        if (escaped) escaped = false;
        else if (byte === backslash) escaped = true;
        else if (byte === quote) inString = false;
      } else if (byte === quote) inString = true;
      else if (byte === openBrace || byte === openBracket) depth++;
      else if (byte === closeBrace || byte === closeBracket) {
        depth--;
        if (depth > 0) continue;
        count++;
        yield parse(Buffer.concat([...pieces, chunk.subarray(start, at + 1)]), count);
        pieces = [];
        held = 0;
      }
    }
    if (depth === 0) continue;
    // A copy: who gives the chunks may use their memory again.
    pieces.push(Buffer.from(chunk.subarray(start)));
    held += chunk.length - start;
    if (held > largestObject) throw new Error(`holds an object of more than ${largestObject >> 20} MiB`);
  }
  if (depth > 0) throw new Error(`ends in the middle of conversation ${count + 1}: it is cut off`);
  if (array === 'open')
    throw new Error(`ends after ${count} conversations, without its last bracket: it is cut off`);
  if (array === 'none' && count === 0) throw new Error('is empty');
}

function parse(text: Buffer, count: number): unknown {
  try {
    return JSON.parse(text.toString('utf8'));
  } catch (cause) {
    throw new Error(`is not JSON in conversation ${count}: ${cause instanceof Error ? cause.message : ''}`, {
      cause,
    });
  }
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
