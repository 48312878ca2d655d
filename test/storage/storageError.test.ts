import {expect, test} from 'vitest';
import {storageError} from '../../src/storage/storageError.ts';

/** What node:sqlite throws, with an extended result code: https://sqlite.org/rescode.html */
const sqliteError = (errcode: number): Error => Object.assign(new Error('x'), {errcode});
const shmSize = 10 | (19 << 8);
const cannotOpen = 14;

test.each([
  ['SQLITE_FULL', 13, 1e9, 'the disk is full'],
  ['SQLITE_IOERR_SHMSIZE without room', shmSize, 4096, 'the disk is full'],
  ['SQLITE_IOERR_SHMSIZE with room', shmSize, 1e9, 'reading or writing failed (input/output error)'],
  [
    'SQLITE_IOERR_SHMSIZE where nobody knows',
    shmSize,
    undefined,
    'reading or writing failed (input/output error)',
  ],
  ['SQLITE_CANTOPEN without room', cannotOpen, 0, 'the disk is full'],
  ['SQLITE_CANTOPEN with room', cannotOpen, 1e9, 'cannot be opened (no permission, or not a file)'],
])('%s is told as what it is', (_name, code, free, reason) => {
  const folders: string[] = [];
  const error = storageError(sqliteError(code), '/data/llm.db', folder => {
    folders.push(folder);
    return free;
  });
  expect(error.message).toBe(`/data/llm.db: ${reason}`);
  expect(folders.every(folder => folder === '/data')).toBe(true);
});
