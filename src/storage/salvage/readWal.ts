import {closeSync, fstatSync, openSync, readSync} from 'node:fs';

/** What the write-ahead log beside a database holds of it. */
export type Wal = {
  /** Bytes per page. */
  readonly pageSize: number;
  /** How many pages the database has after the last commit; 0 when nothing was committed. */
  readonly pageCount: number;
  /** The newest committed form of a page (from 1); undefined where the log has none. */
  read(page: number): Buffer | undefined;
  close(): void;
};

const headerLength = 32;
const frameHeaderLength = 24;

/**
 * Opens a write-ahead log as far as it is sound: up to the last commit before the first frame whose checksum is wrong,
 * as SQLite does after a crash. Undefined when there is none, or nothing sound in it.
 * https://sqlite.org/fileformat2.html#walformat
 */
export function readWal(path: string): Wal | undefined {
  const file = openIfThere(path);
  if (file === undefined) return undefined;
  const read = (length: number, position: number): Buffer | undefined => {
    const buffer = Buffer.alloc(length);
    return readSync(file, buffer, 0, length, position) === length ? buffer : undefined;
  };
  const header = read(headerLength, 0);
  const magic = header?.readUInt32BE(0) ?? 0;
  const pageSize = header?.readUInt32BE(8) ?? 0;
  const isBigEndian = magic === 0x377f0683;
  const start = header && checksum(header.subarray(0, 24), [0, 0], isBigEndian);
  if (
    !header ||
    !start ||
    (!isBigEndian && magic !== 0x377f0682) ||
    !isPageSize(pageSize) ||
    start[0] !== header.readUInt32BE(24) ||
    start[1] !== header.readUInt32BE(28)
  ) {
    closeSync(file);
    return undefined;
  }

  const committed = new Map<number, number>();
  const pending = new Map<number, number>();
  let pageCount = 0;
  let sums = start;
  const end = fstatSync(file).size;
  const frameLength = frameHeaderLength + pageSize;
  for (let at = headerLength; at + frameLength <= end; at += frameLength) {
    const frame = read(frameLength, at);
    if (frame?.compare(header, 16, 24, 8, 16) !== 0) break;
    sums = checksum(frame.subarray(0, 8), sums, isBigEndian);
    sums = checksum(frame.subarray(frameHeaderLength), sums, isBigEndian);
    if (sums[0] !== frame.readUInt32BE(16) || sums[1] !== frame.readUInt32BE(20)) break;
    pending.set(frame.readUInt32BE(0), at + frameHeaderLength);
    const size = frame.readUInt32BE(4);
    if (size === 0) continue;
    pageCount = size;
    for (const [page, position] of pending) committed.set(page, position);
    pending.clear();
  }
  return {
    pageSize,
    pageCount,
    read(page) {
      const position = committed.get(page);
      return position === undefined ? undefined : read(pageSize, position);
    },
    close: () => closeSync(file),
  };
}

/** A power of two from 512 to 65536. */
export function isPageSize(size: number): boolean {
  return size >= 512 && size <= 65_536 && (size & (size - 1)) === 0;
}

type Sums = readonly [number, number];

function checksum(data: Buffer, [first, second]: Sums, isBigEndian: boolean): Sums {
  let [s0, s1] = [first, second];
  for (let at = 0; at < data.length; at += 8) {
    const [x0, x1] = isBigEndian
      ? [data.readUInt32BE(at), data.readUInt32BE(at + 4)]
      : [data.readUInt32LE(at), data.readUInt32LE(at + 4)];
    s0 = (s0 + x0 + s1) >>> 0;
    s1 = (s1 + x1 + s0) >>> 0;
  }
  return [s0, s1];
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch {
    return undefined;
  }
}
