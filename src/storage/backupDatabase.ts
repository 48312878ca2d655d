import {rmSync} from 'node:fs';
import {dirname} from 'node:path';
import {LlmError} from '../core/errors.ts';
import {purgeMarked} from './deletedConversations.ts';
import {type Database, openDatabase} from './openDatabase.ts';
import {reserveFile} from './reserveFile.ts';
import {storageError} from './storageError.ts';
import {wipe} from './wipe.ts';

/**
 * Writes a copy of the whole database, of one moment, to a new file that only its owner can read. What is deleted and
 * could still be brought back is not in it. Throws `LlmError`: `usage` when there is a file of that name, `file` when
 * there is no such folder, `storage`.
 */
export function backupDatabase(database: Database, file: string): void {
  let isReserved: boolean;
  try {
    isReserved = reserveFile(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new LlmError({
        kind: 'file',
        message: `${file}: there is no folder ${dirname(file)}`,
        hint: 'Make it first, or choose another one',
      });
    }
    throw storageError(error, file);
  }
  if (!isReserved) {
    throw new LlmError({
      kind: 'usage',
      message: `${file} exists already`,
      hint: 'It was left as it is. Choose another name',
    });
  }
  try {
    database.run('VACUUM INTO ?', file);
    const copy = openDatabase(file);
    try {
      purgeMarked(copy);
      wipe(copy);
      // One file, which can be copied and read anywhere; the next program that opens it changes it back.
      copy.exec('PRAGMA journal_mode = DELETE');
    } finally {
      copy.close();
    }
  } catch (error) {
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, {force: true});
    throw storageError(error, file);
  }
}
