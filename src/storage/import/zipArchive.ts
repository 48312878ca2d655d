import {crc32} from 'node:zlib';
import type {Inflate as InflateStream} from 'fflate';
import type {ImportFile} from './importFile.ts';

/** One file in an archive. Sizes and positions in bytes. */
export type ZipEntry = {name: string; size: number; packed: number; method: number; crc: number; at: number};

/** A zip archive, read by its directory: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT */
export type ZipArchive = {
  readonly entries: readonly ZipEntry[];
  /** What a file in it holds, piece by piece; nothing is written to disk. */
  chunks(entry: ZipEntry): Iterable<Uint8Array>;
};

/** What no archive of conversations needs, so that a small file cannot fill the memory or take for ever. */
const largestDirectory = 64 * 1024 * 1024;
const largestEntry = 2 ** 31;
/** What one step of unpacking may become is about a thousand times as much. */
const stepLength = 16 * 1024;

const endLength = 22;
const end64LocatorLength = 20;

/**
 * Opens an archive. Throws `Error` with the reason: what follows "the file …".
 *
 * @param Inflate fflate's: unpacks as the bytes come, without a turn of the event loop
 */
export function openZip(file: ImportFile, Inflate: typeof InflateStream): ZipArchive {
  return {
    entries: readDirectory(file),
    *chunks(entry) {
      if (entry.size > largestEntry) throw new Error(`holds too much: ${entry.name} has ${entry.size} bytes`);
      let size = 0;
      let crc = 0;
      for (const chunk of unpacked(file, entry, Inflate)) {
        size += chunk.length;
        // What is said in the directory need not be so.
        if (size > entry.size) throw new Error(`is damaged: ${entry.name} is larger than it says`);
        crc = crc32(chunk, crc);
        yield chunk;
      }
      if (size !== entry.size || crc !== entry.crc)
        throw new Error(`is damaged, or cut off, in ${entry.name}`);
    },
  };
}

function* unpacked(
  file: ImportFile,
  {name, method, at, packed}: ZipEntry,
  Inflate: typeof InflateStream,
): Generator<Uint8Array> {
  const local = file.read(at, 30);
  if (local.length < 30 || local.readUInt32LE(0) !== 0x04034b50) throw new Error(`is damaged at ${name}`);
  const start = at + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
  if (method !== 0 && method !== 8) throw new Error(`packs ${name} in a way that is not known (${method})`);
  const ready: Uint8Array[] = [];
  const inflate = method === 8 ? new Inflate(chunk => void ready.push(chunk)) : undefined;
  for (let done = 0; done < packed; done += stepLength) {
    const length = Math.min(stepLength, packed - done);
    const step = file.read(start + done, length);
    if (step.length < length) throw new Error(`is cut off in ${name}`);
    if (!inflate) {
      yield step;
      continue;
    }
    try {
      inflate.push(step, done + length === packed);
    } catch (cause) {
      throw new Error(`is damaged in ${name}`, {cause});
    }
    yield* ready.splice(0);
  }
}

function readDirectory(file: ImportFile): ZipEntry[] {
  const {count, length, at} = findDirectory(file);
  if (length > largestDirectory) throw new Error('lists more files than any archive of conversations');
  const bytes = file.read(at, length);
  const entries: ZipEntry[] = [];
  for (let position = 0; entries.length < count; ) {
    if (position + 46 > bytes.length || bytes.readUInt32LE(position) !== 0x02014b50)
      throw new Error('is damaged, or cut off: its list of files is broken');
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map(offset =>
      bytes.readUInt16LE(position + offset),
    ) as [number, number, number];
    const name = bytes.toString('utf8', position + 46, position + 46 + nameLength);
    if (bytes.readUInt16LE(position + 8) & 1) throw new Error(`is locked with a password (${name})`);
    const extra = bytes.subarray(position + 46 + nameLength, position + 46 + nameLength + extraLength);
    const [size, packed, offset] = largeNumbers(extra, [
      bytes.readUInt32LE(position + 24),
      bytes.readUInt32LE(position + 20),
      bytes.readUInt32LE(position + 42),
    ]);
    entries.push({
      name,
      size,
      packed,
      method: bytes.readUInt16LE(position + 10),
      crc: bytes.readUInt32LE(position + 16),
      at: offset,
    });
    position += 46 + nameLength + extraLength + commentLength;
  }
  return entries;
}

/** Size, packed size and position of an entry: those that 32 bits cannot hold stand in a field of their own (4.5.3). */
function largeNumbers(extra: Buffer, small: readonly [number, number, number]): [number, number, number] {
  let large: Buffer = extra.subarray(0, 0);
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) === 1) large = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
  }
  let taken = 0;
  const numbers = small.map(value => {
    if (value !== 0xffffffff || taken + 8 > large.length) return value;
    taken += 8;
    return Number(large.readBigUInt64LE(taken - 8));
  });
  return numbers as [number, number, number];
}

function findDirectory(file: ImportFile): {count: number; length: number; at: number} {
  // The end may be followed by a comment of up to 64 KiB.
  const start = Math.max(0, file.size - endLength - 0xffff);
  const tail = file.read(start, file.size - start);
  const end = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end === -1 || end + endLength > tail.length)
    throw new Error('is a zip archive without its end: it is cut off');
  const found = {
    count: tail.readUInt16LE(end + 10),
    length: tail.readUInt32LE(end + 12),
    at: tail.readUInt32LE(end + 16),
  };
  if (found.count !== 0xffff && found.length !== 0xffffffff && found.at !== 0xffffffff) return found;
  const locator = file.read(start + end - end64LocatorLength, end64LocatorLength);
  if (locator.length < end64LocatorLength || locator.readUInt32LE(0) !== 0x07064b50) return found;
  const end64 = file.read(Number(locator.readBigUInt64LE(8)), 56);
  if (end64.length < 56 || end64.readUInt32LE(0) !== 0x06064b50) throw new Error('is a damaged zip archive');
  return {
    count: Number(end64.readBigUInt64LE(32)),
    length: Number(end64.readBigUInt64LE(40)),
    at: Number(end64.readBigUInt64LE(48)),
  };
}
