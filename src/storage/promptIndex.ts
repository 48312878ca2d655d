import {closeSync, fstatSync, openSync, type Stats} from 'node:fs';
import type {Database} from './openDatabase.ts';
import {readBlock, type ScannedEntry, scanPromptHistory} from './promptHistory.ts';
import {storageError} from './storageError.ts';

/** What one round of `syncPrompts` did; `done` is false when there is more to read. */
export type PromptSync = {added: number; rebuilt: boolean; done: boolean};

type Source = {
  path: string;
  inode: string;
  /** Where the last indexed entry begins, in bytes: it is read again, because its writer may not have been done. */
  position: number;
  /** The bytes before `position`, in hexadecimal: when they differ, the file is another one. */
  before: string;
  size: number;
  modified: number;
  last_seq: number | null;
};

const beforeLength = 256;
const blockLength = 4 * 1024 * 1024;

/**
 * Brings the index of prompts up to date with the history file, which stays the truth: reads what was added since the
 * saved position; after the file was replaced, shortened or removed, the index is made anew. At most `maxPrompts` are
 * taken in one call, so that no other program waits long for the lock; call again until `done`.
 * Throws `LlmError` (kind `storage`).
 */
export function syncPrompts(database: Database, path: string, maxPrompts = 2000): PromptSync {
  const file = openIfThere(path);
  try {
    return database.transaction(() => {
      const saved = database.get<Source>('SELECT * FROM prompt_source WHERE id = 1');
      if (file === undefined) {
        if (saved) clear(database);
        return {added: 0, rebuilt: saved !== undefined, done: true};
      }
      const stat = fstatSync(file);
      const source = saved && continues(saved, path, file, stat) ? saved : undefined;
      if (source && source.size === stat.size && source.modified === stat.mtimeMs) {
        return {added: 0, rebuilt: false, done: true};
      }
      if (saved && !source) clear(database);
      const added = readOn(database, {path, file, stat, source, maxPrompts});
      return {...added, rebuilt: saved !== undefined && !source};
    });
  } catch (error) {
    throw storageError(error, path);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw storageError(error, path);
  }
}

const inodeOf = (stat: Stats) => `${stat.dev}:${stat.ino}`;

function continues(saved: Source, path: string, file: number, stat: Stats): boolean {
  if (saved.path !== path || saved.inode !== inodeOf(stat) || stat.size < saved.size) return false;
  const length = saved.before.length / 2;
  return readBlock(file, saved.position - length, length).toString('hex') === saved.before;
}

function clear(database: Database): void {
  database.run("INSERT INTO prompt_trigrams (prompt_trigrams) VALUES ('delete-all')");
  database.run('DELETE FROM prompts');
  database.run('DELETE FROM prompt_source');
}

type Reading = {path: string; file: number; stat: Stats; source: Source | undefined; maxPrompts: number};

function readOn(database: Database, reading: Reading): Pick<PromptSync, 'added' | 'done'> {
  const {path, file, stat, source, maxPrompts} = reading;
  const from = source?.position ?? 0;
  const {entries, reachedEnd} = scanFrom(file, from, stat.size);
  const taken = entries.slice(0, maxPrompts);
  const next = entries[maxPrompts];
  const done = reachedEnd && !next;

  const removed = source?.last_seq == null ? 0 : remove(database, source.last_seq);
  const complete = taken.filter(entry => entry.complete);
  const newest = insert(database, complete);

  const last = taken.at(-1);
  const position = from + (next?.start ?? last?.start ?? 0);
  const lastIsIndexed = !next && last?.complete === true;
  const beforeStart = Math.max(0, position - beforeLength);
  database.run(
    'INSERT OR REPLACE INTO prompt_source (id, path, inode, position, before, size, modified, last_seq) VALUES (1, ?, ?, ?, ?, ?, ?, ?)',
    path,
    inodeOf(stat),
    position,
    readBlock(file, beforeStart, position - beforeStart).toString('hex'),
    stat.size,
    done ? stat.mtimeMs : -1,
    lastIsIndexed ? newest : null,
  );
  return {added: complete.length - removed, done};
}

/** The entries from a position on: to the file's end, or as many as a block holds but its last, which may be cut. */
function scanFrom(file: number, from: number, size: number): {entries: ScannedEntry[]; reachedEnd: boolean} {
  for (let length = blockLength; ; length *= 2) {
    const reachedEnd = from + length >= size;
    const entries = scanPromptHistory(readBlock(file, from, Math.min(length, size - from)));
    if (reachedEnd) return {entries, reachedEnd};
    if (entries.length > 1) return {entries, reachedEnd};
  }
}

function insert(database: Database, entries: readonly ScannedEntry[]): number {
  const top = () => database.get<{seq: number | null}>('SELECT max(seq) AS seq FROM prompts')?.seq ?? 0;
  const before = top();
  for (const {prompt, date} of entries) {
    database.run('INSERT INTO prompts (created, text) VALUES (?, ?)', date ?? null, prompt);
  }
  // All at once: row by row the trigram index takes several times as long.
  database.run(
    'INSERT INTO prompt_trigrams (rowid, text) SELECT seq, text FROM prompts WHERE seq > ?',
    before,
  );
  return top();
}

function remove(database: Database, seq: number): number {
  database.run(
    "INSERT INTO prompt_trigrams (prompt_trigrams, rowid, text) SELECT 'delete', seq, text FROM prompts WHERE seq = ?",
    seq,
  );
  return database.run('DELETE FROM prompts WHERE seq = ?', seq);
}
