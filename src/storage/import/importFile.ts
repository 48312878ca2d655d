import {isUtf8} from 'node:buffer';
import {closeSync, openSync, statSync} from 'node:fs';
import {readBlock} from '../promptHistory.ts';
import {importError} from './importError.ts';

/** A file that is being imported. Everything throws `LlmError` (kind `file`) that names it. */
export type ImportFile = {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** When it was written last, in ms since 1970. */
  readonly modified: number;
  /** Its first bytes, enough to tell what it is. */
  readonly head: Buffer;
  read(position: number, length: number): Buffer;
  /** All of it, piece by piece. */
  chunks(): Iterable<Buffer>;
  /** All of it, without a byte-order mark; refuses what is no text, or larger than 64 MiB. */
  text(): string;
  /** Closes the file; reading opens it again. So thousands of files may be imported at once. */
  release(): void;
};

const headLength = 64 * 1024;
const chunkLength = 256 * 1024;
const largestText = 64 * 1024 * 1024;

/** Opens a file for importing. Throws `LlmError` (kind `file`). */
export function openImportFile(path: string): ImportFile {
  const guard = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw importError(path, reasonOf(error), 'Check its name and whether you may read it', error);
    }
  };
  const found = guard(() => statSync(path));
  if (found.isDirectory())
    throw importError(path, 'it is a folder', `Name the files in it: ${path.replace(/\/+$/, '')}/*`);
  if (!found.isFile())
    throw importError(path, 'it is no regular file', 'Write what it gives to a file first');
  const {size, mtimeMs: modified} = found;
  let file: number | undefined;
  const read = (position: number, length: number): Buffer =>
    guard(() => {
      file ??= openSync(path, 'r');
      return readBlock(file, position, length);
    });
  return {
    path,
    size,
    modified,
    head: read(0, Math.min(headLength, size)),
    read,
    *chunks() {
      for (let position = 0; position < size; position += chunkLength) yield read(position, chunkLength);
    },
    text() {
      if (size > largestText)
        throw importError(path, `it is too large (${size} bytes) for what it seems to be`);
      const bytes = read(0, size);
      if (!isUtf8(bytes) || bytes.includes(0)) throw importError(path, 'it is not UTF-8 text');
      return bytes.toString('utf8').replace(/^\ufeff/, '');
    },
    release() {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'there is no such file';
    case 'EACCES':
    case 'EPERM':
      return 'it may not be read';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
