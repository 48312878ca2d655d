import type {Pages} from './openPages.ts';

export type Cell = null | number | bigint | string | Uint8Array;

/** A row as it stands on a page; `rowid` is null in the trees of indexes and of tables without one. */
export type Row = {rowid: number | bigint | null; cells: readonly Cell[]};

/** A page of a tree: https://sqlite.org/fileformat2.html#b_tree_pages */
export type TreePage = {
  tree: 'table' | 'index';
  /** The pages below it. */
  children: readonly number[];
  rows: readonly Row[];
  /** Rows of it that could not be read. */
  lost: number;
};

/** Longer than anything that was ever written: a larger length is damage. In bytes. */
const longestRow = 1 << 30;

/** Reads a page that may be damaged; undefined when it is no page of a tree. */
export function readPage(pages: Pages, number: number): TreePage | undefined {
  const page = pages.read(number);
  if (!page) return undefined;
  const at = number === 1 ? 100 : 0;
  const kind = page[at];
  const isTable = kind === 5 || kind === 13;
  const isInner = kind === 2 || kind === 5;
  if (!isTable && kind !== 2 && kind !== 10) return undefined;
  const count = page.readUInt16BE(at + 3);
  const cellsAt = at + (isInner ? 12 : 8);
  if (cellsAt + 2 * count > pages.usable) return undefined;

  const children: number[] = [];
  const rows: Row[] = [];
  let lost = 0;
  for (let index = 0; index < count; index++) {
    const cell = page.readUInt16BE(cellsAt + 2 * index);
    if (cell < cellsAt + 2 * count || cell > pages.usable - 4) {
      lost++;
      continue;
    }
    if (isInner) children.push(page.readUInt32BE(cell));
    if (isTable && isInner) continue;
    const row = readRow(pages, page, isInner ? cell + 4 : cell, isTable);
    if (row) rows.push(row);
    else lost++;
  }
  if (isInner) children.push(page.readUInt32BE(at + 8));
  return {tree: isTable ? 'table' : 'index', children, rows, lost};
}

function readRow(pages: Pages, page: Buffer, at: number, isTable: boolean): Row | undefined {
  const length = readVarint(page, at);
  const rowid = isTable && length ? readVarint(page, length.end) : undefined;
  if (!length || (isTable && !rowid) || Number(length.value) > longestRow) return undefined;
  const payload = readPayload(pages, page, rowid?.end ?? length.end, Number(length.value), isTable);
  const cells = payload && readRecord(payload);
  return cells && {rowid: rowid?.value ?? null, cells};
}

/** The bytes of a row: those on its page, then those of its overflow pages. */
function readPayload(
  pages: Pages,
  page: Buffer,
  at: number,
  length: number,
  isTable: boolean,
): Buffer | undefined {
  const {usable} = pages;
  const most = isTable ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const kept = least + ((length - least) % (usable - 4));
  const local = length <= most ? length : kept <= most ? kept : least;
  if (at + local + (local < length ? 4 : 0) > usable) return undefined;
  const parts = [page.subarray(at, at + local)];
  let missing = length - local;
  // A chain that was damaged may run in a circle; it ends all the same, because something is missing less each time.
  for (let next = missing > 0 ? page.readUInt32BE(at + local) : 0; missing > 0; ) {
    const overflow = next > 1 && next <= pages.count ? pages.read(next) : undefined;
    if (!overflow) return undefined;
    const part = overflow.subarray(4, Math.min(usable, 4 + missing));
    parts.push(part);
    missing -= part.length;
    next = overflow.readUInt32BE(0);
  }
  return parts.length === 1 ? parts[0] : Buffer.concat(parts);
}

/** https://sqlite.org/fileformat2.html#record_format */
function readRecord(payload: Buffer): Cell[] | undefined {
  const header = readVarint(payload, 0);
  if (!header || Number(header.value) > payload.length) return undefined;
  const cells: Cell[] = [];
  let body = Number(header.value);
  let at = header.end;
  while (at < Number(header.value)) {
    const type = readVarint(payload, at);
    if (!type) return undefined;
    at = type.end;
    const serial = Number(type.value);
    const length = lengthOf(serial);
    if (length === undefined || body + length > payload.length) return undefined;
    cells.push(readCell(payload, body, serial, length));
    body += length;
  }
  // A record that is not used up to its end is none.
  return at === Number(header.value) && body === payload.length ? cells : undefined;
}

const fixedLengths = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0];

function lengthOf(serial: number): number | undefined {
  return serial >= 12 ? (serial - 12 - (serial % 2)) / 2 : fixedLengths[serial];
}

function readCell(payload: Buffer, at: number, serial: number, length: number): Cell {
  if (serial >= 12) {
    const bytes = payload.subarray(at, at + length);
    return serial % 2 === 1 ? bytes.toString('utf8') : new Uint8Array(bytes);
  }
  switch (serial) {
    case 0:
      return null;
    case 6:
      return narrow(payload.readBigInt64BE(at));
    case 7:
      return payload.readDoubleBE(at);
    case 8:
    case 9:
      return serial - 8;
    default:
      return payload.readIntBE(at, length);
  }
}

/** A number of 7 bits a byte, the highest first; the ninth byte has 8. */
function readVarint(bytes: Buffer, at: number): {value: number | bigint; end: number} | undefined {
  const first = bytes[at];
  // Nearly all are of one byte.
  if (first !== undefined && first < 0x80) return {value: first, end: at + 1};
  let value = 0n;
  for (let index = 0; index < 9; index++) {
    const byte = bytes[at + index];
    if (byte === undefined) return undefined;
    if (index === 8) {
      return {value: narrow(BigInt.asIntN(64, (value << 8n) | BigInt(byte))), end: at + 9};
    }
    value = (value << 7n) | BigInt(byte & 0x7f);
    if (byte < 0x80) return {value: narrow(value), end: at + index + 1};
  }
  return undefined;
}

function narrow(value: bigint): number | bigint {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(value)
    : value;
}
