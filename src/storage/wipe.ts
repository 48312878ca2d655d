import type {Database} from './openDatabase.ts';
import {isBusy} from './storageError.ts';

/**
 * Takes the last of what was purged out of the files, if anything was: words from the full-text indexes, bytes from free
 * places, and the write-ahead log.
 *
 * Deleting rows is not enough for that, although `secure_delete` overwrites them: where SQLite lays the rows of a page
 * out anew, copies of them stay in the gap between (found for about one of two hundred deleted conversations), and an
 * index keeps words as the borders between its pages, also with the secure-delete of FTS5 (for one of eight, where they
 * had words of their own). So the indexes are merged, the file is built anew (VACUUM), and the log is emptied. That
 * takes about a second for each 70 MB, on a busy machine several times that, in which other programs wait to write.
 * Where one of them is in the way, it stays due, and whoever opens or closes the database next does it.
 *
 * @param patienceMs how long to wait for other programs
 * @returns whether nothing is left to do. Throws `LlmError` (`storage`).
 */
export function wipe(database: Database, patienceMs = 1000): boolean {
  if (!isWipeDue(database)) return true;
  const usual = database.get<{timeout: number}>('PRAGMA busy_timeout')?.timeout ?? 0;
  database.exec(`PRAGMA busy_timeout = ${patienceMs}`);
  try {
    for (const {name} of database.all<{name: string}>(fullTextIndexes)) {
      database.exec(`INSERT INTO ${name} (${name}) VALUES ('optimize')`);
    }
    database.exec('VACUUM');
    const emptied = database.get<{busy: number}>('PRAGMA wal_checkpoint(TRUNCATE)');
    if (emptied?.busy !== 0) return false;
    // What this writes into the log holds no text.
    database.run('DELETE FROM wipe_due');
    return true;
  } catch (thrown) {
    if (isBusy(thrown)) return false;
    throw thrown;
  } finally {
    database.exec(`PRAGMA busy_timeout = ${usual}`);
  }
}

/** All of them, so that none can be forgotten here. */
const fullTextIndexes = `SELECT name FROM sqlite_schema WHERE type = 'table'
  AND sql LIKE 'CREATE VIRTUAL TABLE%USING fts5%' AND sql NOT LIKE '%USING fts5vocab%'`;

/** Whether something was purged of which the files may still hold bytes. */
export function isWipeDue(database: Database): boolean {
  return database.get('SELECT 1 FROM wipe_due LIMIT 1') !== undefined;
}
