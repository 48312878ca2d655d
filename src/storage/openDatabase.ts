import {type BigIntStats, statSync} from 'node:fs';
import {dirname} from 'node:path';
import type {DatabaseSync, SQLInputValue, StatementSync} from 'node:sqlite';
import {pathToFileURL} from 'node:url';
import {LlmError} from '../core/errors.ts';
import {loadSqlite} from './loadSqlite.ts';
import {privateFile, privateFolder, tighten} from './privateMode.ts';
import {isBusy, storageError} from './storageError.ts';

export type Value = SQLInputValue;

/** One SQLite file. Every call throws `LlmError` (kind `storage`) that names the file and the reason. */
export type Database = {
  readonly path: string;
  /** What was found to be open to other users, for the person. */
  readonly warnings: readonly string[];
  all<Row>(sql: string, ...values: Value[]): Row[];
  get<Row>(sql: string, ...values: Value[]): Row | undefined;
  /** @returns the number of rows changed */
  run(sql: string, ...values: Value[]): number;
  exec(sql: string): void;
  /**
   * Runs the work as one transaction that holds the write lock from its start; nested ones join the outer. Throws also
   * when the file has been moved or replaced since it was opened: what is written then would be found by nobody.
   *
   * @param waitMs how long the lock is waited for; five seconds unless said
   */
  transaction<T>(work: () => T, waitMs?: number): T;
  /** Runs reads that all see the same moment. */
  snapshot<T>(work: () => T): T;
  close(): void;
};

const busyTimeoutMs = 5000;

/** In the file's header, so that no other program's database is taken for ours: "llm1". */
export const applicationId = 0x6c6c6d31;

export type OpenDatabaseOptions = {
  /** The person's home folder; should the file be there, the folder stays as wide as it is. */
  home?: string;
  /** How long a lock is waited for while the file is opened, in ms; five seconds unless said. */
  waitMs?: number;
};

/**
 * Opens or creates the database file, private to its owner, in write-ahead mode.
 *
 * `synchronous=NORMAL`: what was committed survives the death of any process; only a loss of power may take the
 * last moments, never the file. `secure_delete`: what is deleted is overwritten. Throws `LlmError` (kind `storage`).
 */
export function openDatabase(path: string, options: OpenDatabaseOptions = {}): Database {
  const {home, waitMs = busyTimeoutMs} = options;
  try {
    const warnings = [...privateFolder(dirname(path), home), ...privateFile(path)];
    for (const companion of [`${path}-wal`, `${path}-shm`]) warnings.push(...tighten(companion));
    return wrap(connect(path, waitMs), path, warnings);
  } catch (error) {
    throw storageError(error, path);
  }
}

/**
 * Opens a database file only to read it, as on a medium that cannot be written: every write throws. Nothing is created
 * beside it. Where SQLite cannot read its log there, the file is read without it, and a warning says so. Throws
 * `LlmError` (kind `storage`).
 */
export function openReadOnly(path: string): Database {
  const {DatabaseSync} = loadSqlite();
  const opened = (location: string | URL): DatabaseSync => {
    const connection = new DatabaseSync(location, {readOnly: true, timeout: busyTimeoutMs});
    try {
      refuseForeign(connection, path);
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    }
  };
  try {
    try {
      return wrap(opened(path), path, []);
    } catch (error) {
      if (isBusy(error) || error instanceof LlmError) throw error;
      // The log and its index can be neither read nor created: https://sqlite.org/wal.html#readonly
      const location = pathToFileURL(path);
      location.search = 'immutable=1';
      const hasLog = (statSync(`${path}-wal`, {throwIfNoEntry: false})?.size ?? 0) > 0;
      return wrap(opened(location), path, hasLog ? [`${path}: ${withoutLog}`] : []);
    }
  } catch (error) {
    throw storageError(error, path);
  }
}

const withoutLog = 'it is read without its log (-wal), so that the last that was said may be missing';

function connect(path: string, waitMs: number): DatabaseSync {
  const {DatabaseSync} = loadSqlite();
  const connection = new DatabaseSync(path, {timeout: waitMs});
  try {
    // Several programs that start at once on a new file may refuse each other the change to write-ahead mode
    // without SQLite's own waiting: it sees a deadlock there.
    retryWhileBusy(waitMs, () => {
      refuseForeign(connection, path);
      connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON;');
    });
    connection.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function refuseForeign(connection: DatabaseSync, path: string): void {
  // In this order: another program of ours, creating the file at this moment, commits its tables and its id at once.
  if (!connection.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get()) return;
  const id = Object.values(connection.prepare('PRAGMA application_id').get() ?? {})[0];
  if (id === applicationId) return;
  throw new LlmError({
    kind: 'storage',
    message: `${path}: a database of another program`,
    hint: 'It was not touched. Choose another folder, or move the file away',
  });
}

function retryWhileBusy(waitMs: number, work: () => void): void {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  for (let waited = 0, pause = 2; ; waited += pause, pause = Math.min(pause * 2, 100)) {
    try {
      work();
      return;
    } catch (error) {
      if (!isBusy(error) || waited >= waitMs) throw error;
      Atomics.wait(cell, 0, 0, pause);
    }
  }
}

function wrap(connection: DatabaseSync, path: string, warnings: readonly string[]): Database {
  // Statements are prepared when first needed: most programs use few of them.
  const prepared = new Map<string, StatementSync>();
  const statement = (sql: string): StatementSync => {
    let found = prepared.get(sql);
    if (!found) {
      found = connection.prepare(sql);
      prepared.set(sql, found);
    }
    return found;
  };
  const guard = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw storageError(error, path);
    }
  };
  const opened = fileAt(path);
  const enclose = <T>(begin: string, work: () => T, check?: () => void): T =>
    guard(() => {
      if (connection.isTransaction) return work();
      connection.exec(begin);
      try {
        check?.();
        const result = work();
        connection.exec('COMMIT');
        return result;
      } catch (error) {
        // SQLite has already rolled back by itself after some failures (a full disk).
        if (connection.isTransaction) connection.exec('ROLLBACK');
        throw error;
      }
    });
  const requireUnmoved = (): void => {
    const now = fileAt(path);
    if (now?.ino === opened?.ino && now?.dev === opened?.dev) return;
    throw new LlmError({
      kind: 'storage',
      message: `${path}: was moved, deleted or replaced by another program`,
      hint: 'What is said from now on goes into the file that is there at the next prompt',
    });
  };
  return {
    path,
    warnings,
    all: <Row>(sql: string, ...values: Value[]) =>
      guard(() => statement(sql).all(...bindable(values)) as Row[]),
    get: <Row>(sql: string, ...values: Value[]) =>
      guard(() => statement(sql).get(...bindable(values)) as Row | undefined),
    run: (sql, ...values) => guard(() => Number(statement(sql).run(...bindable(values)).changes)),
    exec: sql => guard(() => connection.exec(sql)),
    transaction(work, waitMs) {
      // Looked at under the lock: who replaces the file holds that lock as long as it can.
      if (waitMs === undefined) return enclose('BEGIN IMMEDIATE', work, requireUnmoved);
      const begin = `PRAGMA busy_timeout = ${waitMs}; BEGIN IMMEDIATE; PRAGMA busy_timeout = ${busyTimeoutMs}`;
      try {
        return enclose(begin, work, requireUnmoved);
      } finally {
        guard(() => connection.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`));
      }
    },
    snapshot: work => enclose('BEGIN', work),
    close: () => guard(() => connection.close()),
  };
}

function fileAt(path: string): BigIntStats | undefined {
  return statSync(path, {bigint: true, throwIfNoEntry: false});
}

/**
 * U+0000 becomes its visible symbol: SQLite's functions and the full-text index stop at it, and the node:sqlite of
 * Node 22.16 does so when reading, which would lose all that follows.
 */
function bindable(values: readonly Value[]): Value[] {
  return values.map(value => (typeof value === 'string' ? value.replaceAll('\0', '\u2400') : value));
}
