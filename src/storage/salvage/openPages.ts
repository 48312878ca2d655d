import {closeSync, fstatSync, openSync, readSync} from 'node:fs';
import {isPageSize, readWal} from './readWal.ts';

/** What the first 100 bytes of a database say about it: https://sqlite.org/fileformat2.html#the_database_header */
export type FileHeader = {
  version: number;
  applicationId: number;
  /** The first page of the list of free pages; 0 for none. */
  freeList: number;
};

/** The pages of a database file that may be damaged, with what its write-ahead log adds to them. */
export type Pages = {
  /** Bytes of a page that are in use. */
  readonly usable: number;
  readonly count: number;
  /** Undefined when the header is damaged. */
  readonly header: FileHeader | undefined;
  /** A page, from 1; undefined where the file has been cut. */
  read(page: number): Buffer | undefined;
  close(): void;
};

const magic = 'SQLite format 3\0';
/** What SQLite gives a new file. */
const usualPageSize = 4096;

/**
 * Opens the pages of a file, whatever is in it. Closing it lets go of the locks that a connection of this process has
 * on the file itself (fcntl(2)); that of its writer is one on the `-shm` file, and stays. Throws what the file system
 * throws.
 */
export function openPages(path: string): Pages {
  const file = openSync(path, 'r');
  const wal = readWal(`${path}-wal`);
  const fileSize = fstatSync(file).size;
  const start = Buffer.alloc(100);
  readSync(file, start, 0, start.length, 0);
  const told = start.readUInt16BE(16) === 1 ? 65_536 : start.readUInt16BE(16);
  const isSound = start.toString('latin1', 0, 16) === magic && isPageSize(told);
  const size = wal?.pageSize ?? (isSound ? told : usualPageSize);

  const read = (page: number): Buffer | undefined => {
    const logged = wal?.read(page);
    if (logged) return logged;
    const buffer = Buffer.alloc(size);
    return readSync(file, buffer, 0, size, (page - 1) * size) === size ? buffer : undefined;
  };
  const first = read(1);
  const isTold = first?.toString('latin1', 0, 16) === magic;
  return {
    usable: size - (isTold ? (first?.[20] ?? 0) : 0),
    count: Math.max(Math.floor(fileSize / size), wal?.pageCount ?? 0),
    header:
      first && isTold
        ? {
            version: first.readUInt32BE(60),
            applicationId: first.readUInt32BE(68),
            freeList: first.readUInt32BE(32),
          }
        : undefined,
    read,
    close() {
      wal?.close();
      closeSync(file);
    },
  };
}
