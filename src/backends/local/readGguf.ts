import {tensorBytes} from './ggufTypes.ts';

/**
 * An array is kept as its length alone, for vocabularies have hundreds of thousands of entries; but for numbers and
 * flags there are few of, one a layer as a rule.
 */
export type GgufValue = string | number | boolean | {length: number; numbers?: readonly number[]};

export type GgufHeader = {
  version: number;
  values: ReadonlyMap<string, GgufValue>;
  tensors: number;
  /** Elements of all tensors of this file together. */
  elements: number;
  /** Where the tensor data ends, in bytes from the beginning of the file. */
  end: number;
};

export type GgufParse =
  | {result: 'header'; header: GgufHeader}
  /** The bytes end before the header does; these are the values that came before. */
  | {result: 'more'; values: ReadonlyMap<string, GgufValue>}
  | {result: 'fault'; reason: string};

/**
 * Reads the header of a GGUF file out of its first bytes. Nothing is allocated by counts that the file claims.
 * Source of the format: docs/gguf.md of ggml (versions 2 and 3, little-endian).
 */
export function parseGguf(bytes: Buffer): GgufParse {
  const values = new Map<string, GgufValue>();
  try {
    return {result: 'header', header: parse({bytes, at: 4}, values)};
  } catch (thrown) {
    if (thrown === more) return {result: 'more', values};
    if (thrown instanceof Fault) return {result: 'fault', reason: thrown.message};
    throw thrown;
  }
}

type Cursor = {readonly bytes: Buffer; at: number};

const more = Symbol('more');
class Fault extends Error {}

function parse(cursor: Cursor, values: Map<string, GgufValue>): GgufHeader {
  const version = uint32(cursor);
  if (version >= 0x01000000) throw new Fault('it is a big-endian file, made for another kind of processor');
  if (version !== 2 && version !== 3) throw new Fault(`its format version is ${version}; 2 and 3 are known`);
  const tensors = uint64(cursor);
  const entries = uint64(cursor);
  for (let entry = 0; entry < entries; entry++) {
    const key = string(cursor);
    values.set(key, value(cursor, uint32(cursor)));
  }
  let elements = 0;
  let dataBytes = 0;
  for (let tensor = 0; tensor < tensors; tensor++) {
    skip(cursor, uint64(cursor));
    const dimensions = uint32(cursor);
    if (dimensions > 8) throw new Fault('its list of tensors is damaged');
    let size = 1;
    for (let dimension = 0; dimension < dimensions; dimension++) size *= uint64(cursor);
    const type = uint32(cursor);
    const offset = uint64(cursor);
    if (!Number.isSafeInteger(size)) throw new Fault('its list of tensors is damaged');
    elements += size;
    dataBytes = Math.max(dataBytes, offset + (tensorBytes(type, size) ?? 0));
  }
  const alignment = values.get('general.alignment');
  const step = typeof alignment === 'number' && alignment > 0 ? alignment : 32;
  return {version, values, tensors, elements, end: Math.ceil(cursor.at / step) * step + dataBytes};
}

const fixedSizes: Readonly<Record<number, number>> = {
  0: 1,
  1: 1,
  2: 2,
  3: 2,
  4: 4,
  5: 4,
  6: 4,
  7: 1,
  10: 8,
  11: 8,
  12: 8,
};

/** The longest array of numbers that is kept: no model has more layers. */
const keptNumbers = 1_024;

function value(cursor: Cursor, type: number): GgufValue {
  if (type === 8) return string(cursor);
  if (type === 9) return array(cursor, 0);
  const size = fixedSizes[type];
  if (size === undefined) throw new Fault('its metadata is damaged');
  return scalar(cursor, type, size);
}

function scalar(cursor: Cursor, type: number, size: number): number | boolean {
  const at = cursor.at;
  skip(cursor, size);
  const {bytes} = cursor;
  switch (type) {
    case 0:
      return bytes.readUInt8(at);
    case 1:
      return bytes.readInt8(at);
    case 2:
      return bytes.readUInt16LE(at);
    case 3:
      return bytes.readInt16LE(at);
    case 4:
      return bytes.readUInt32LE(at);
    case 5:
      return bytes.readInt32LE(at);
    case 6:
      return bytes.readFloatLE(at);
    case 7:
      return bytes.readUInt8(at) !== 0;
    case 10:
      return Number(bytes.readBigUInt64LE(at));
    case 11:
      return Number(bytes.readBigInt64LE(at));
    default:
      return bytes.readDoubleLE(at);
  }
}

function array(cursor: Cursor, depth: number): GgufValue {
  const type = uint32(cursor);
  const length = uint64(cursor);
  const size = fixedSizes[type];
  if (size !== undefined && length <= keptNumbers) {
    return {length, numbers: Array.from({length}, () => Number(scalar(cursor, type, size)))};
  }
  if (size !== undefined) skip(cursor, size * length);
  else if (type === 8) for (let item = 0; item < length; item++) skip(cursor, uint64(cursor));
  else if (type === 9 && depth < 4) for (let item = 0; item < length; item++) array(cursor, depth + 1);
  else throw new Fault('its metadata is damaged');
  return {length};
}

function string(cursor: Cursor): string {
  const length = uint64(cursor);
  const start = cursor.at;
  skip(cursor, length);
  return cursor.bytes.toString('utf8', start, cursor.at);
}

function skip(cursor: Cursor, length: number): void {
  if (cursor.at + length > cursor.bytes.length) throw more;
  cursor.at += length;
}

function uint32(cursor: Cursor): number {
  const at = cursor.at;
  skip(cursor, 4);
  return cursor.bytes.readUInt32LE(at);
}

function uint64(cursor: Cursor): number {
  const low = uint32(cursor);
  const high = uint32(cursor);
  if (high > 0xffff) throw new Fault('its header is damaged');
  return high * 0x1_0000_0000 + low;
}
