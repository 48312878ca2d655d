import {existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync} from 'node:fs';
import type {DatabaseSync} from 'node:sqlite';
import {loadSqlite} from '../loadSqlite.ts';
import type {Migration} from '../migrations.ts';
import {privateFile} from '../privateMode.ts';
import {storageError} from '../storageError.ts';
import {type Salvaged, salvageDatabase} from './salvageDatabase.ts';

/** How long another program that is at it already is waited for, in ms. */
const othersMs = 120_000;
/** How long a program that writes into the damaged file is waited for, in ms. */
const writerMs = 1000;

/** What was done about a damaged database: what came over, and where the damaged file is now. */
export type SetAside = {salvaged: Salvaged; broken: string};

/**
 * Says that a database is damaged, so that the next start sets it aside, also when it can be opened. Does nothing where
 * nothing can be written.
 */
export function markDamaged(path: string): void {
  try {
    writeFileSync(markOf(path), '', {flag: 'wx', mode: 0o600});
  } catch {
    // It is marked already; or nothing can be written, and then nothing can be salvaged either.
  }
}

export function isMarkedDamaged(path: string): boolean {
  return existsSync(markOf(path));
}

/**
 * Sets a damaged database aside, with its log kept beside it, and puts a new one of all that can be read in its place.
 * Nothing is deleted. Of several programs one does it, the others wait. A program that is killed meanwhile leaves what
 * the next one goes on with: the mark stands until all is done, and what is in which file can be told from their names.
 * Throws `LlmError` (`storage`).
 *
 * @param now ms since 1970, for the name
 * @returns undefined when another program did it, or there was nothing to be done
 */
export function setAside(path: string, migrations: readonly Migration[], now: number): SetAside | undefined {
  const mark = markOf(path);
  try {
    const lock = takeLock(path, mark);
    if (!lock) return undefined;
    try {
      // Another program may have done it while this one waited.
      const done = existsSync(mark) ? replace(path, mark, migrations, now) : undefined;
      rmSync(lockOf(path), {force: true});
      return done;
    } finally {
      lock.close();
    }
  } catch (thrown) {
    throw storageError(thrown, path);
  }
}

function replace(
  path: string,
  mark: string,
  migrations: readonly Migration[],
  now: number,
): SetAside | undefined {
  const [making, made] = [`${path}.salvaging`, `${path}.salvaged`];
  let plan = readPlan(mark);
  if (!plan && (!existsSync(path) || isWhole(path))) {
    // The person has moved it away, or put another one in its place; or what looked like damage was none.
    rmSync(mark);
    return undefined;
  }
  const holder = holdWriters(path);
  try {
    if (!plan || !(existsSync(made) || existsSync(plan.broken))) {
      for (const end of ['', '-wal', '-shm']) rmSync(making + end, {force: true});
      const salvaged = salvageDatabase({from: path, to: making, migrations});
      renameSync(making, made);
      plan = {salvaged, broken: freeName(path, now)};
      writeFileSync(mark, JSON.stringify(plan));
    }
    // Once the new database is in its place, the log beside it is its own.
    if (existsSync(made)) {
      for (const end of ['', '-wal', '-shm']) moveOnce(path + end, plan.broken + end);
      renameSync(made, path);
    }
    rmSync(mark);
    return plan;
  } finally {
    holder?.close();
  }
}

function isWhole(path: string): boolean {
  // An empty file is marked because of its log, and SQLite would delete that.
  if (!statSync(path).size) return false;
  const {DatabaseSync} = loadSqlite();
  let connection: DatabaseSync | undefined;
  try {
    connection = new DatabaseSync(path, {timeout: writerMs});
    return connection.prepare('PRAGMA integrity_check(1)').get()?.integrity_check === 'ok';
  } catch {
    return false;
  } finally {
    connection?.close();
  }
}

function markOf(path: string): string {
  return `${path}.damaged`;
}

function lockOf(path: string): string {
  return `${path}.lock`;
}

function readPlan(mark: string): SetAside | undefined {
  try {
    return JSON.parse(readFileSync(mark, 'utf8')) as SetAside;
  } catch {
    return undefined;
  }
}

function moveOnce(from: string, to: string): void {
  if (existsSync(from) && !existsSync(to)) renameSync(from, to);
}

/**
 * A lock of SQLite's, because the system takes it away from a program that dies; undefined when what it is for was done
 * meanwhile, and the file of the lock with it.
 */
function takeLock(path: string, mark: string): DatabaseSync | undefined {
  const file = lockOf(path);
  privateFile(file);
  const {DatabaseSync} = loadSqlite();
  const connection = new DatabaseSync(file, {timeout: othersMs});
  try {
    connection.exec('BEGIN EXCLUSIVE');
    return connection;
  } catch (error) {
    connection.close();
    if (!existsSync(mark)) return undefined;
    throw error;
  }
}

/**
 * Keeps other programs from writing into the damaged file meanwhile, if that is still possible. Afterwards they find
 * that the file at its path is another one.
 */
function holdWriters(path: string): DatabaseSync | undefined {
  // SQLite would delete the log of an empty file.
  if (!(statSync(path, {throwIfNoEntry: false})?.size ?? 0)) return undefined;
  const {DatabaseSync} = loadSqlite();
  let connection: DatabaseSync | undefined;
  try {
    connection = new DatabaseSync(path, {timeout: writerMs});
    connection.exec('BEGIN IMMEDIATE');
    return connection;
  } catch {
    connection?.close();
    return undefined;
  }
}

function freeName(path: string, now: number): string {
  const name = `${path}.broken-${new Date(now).toISOString().slice(0, 10)}`;
  for (let attempt = 1; ; attempt++) {
    const wanted = attempt === 1 ? name : `${name}-${attempt}`;
    if (['', '-wal', '-shm'].every(end => !existsSync(wanted + end))) return wanted;
  }
}
