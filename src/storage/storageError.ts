import {statfsSync} from 'node:fs';
import {dirname} from 'node:path';
import {LlmError} from '../core/errors.ts';

/**
 * Turns whatever SQLite or the file system threw into an `LlmError` that names the file and the reason.
 *
 * @param freeBytes how much can still be written to a folder; undefined when nobody knows
 */
export function storageError(thrown: unknown, path: string, freeBytes = freeBytesIn): LlmError {
  if (thrown instanceof LlmError) return thrown;
  const {reason, hint} = explain(thrown, path, () => (freeBytes(dirname(path)) ?? leastFree) < leastFree);
  return new LlmError({
    kind: 'storage',
    message: `${path}: ${reason}`,
    hint,
    ...(isBusy(thrown) && {retryAfterMs: busyPauseMs}),
    cause: thrown,
    ...(thrown instanceof Error && thrown.stack && {detail: thrown.stack}),
  });
}

/** True when another program holds the lock that was asked for. */
export function isBusy(thrown: unknown): boolean {
  const code = codeOf(thrown);
  return code === sqlite.busy || code === sqlite.locked;
}

/** True when what was read of the file makes no sense, or it is no database at all. */
export function isDamage(thrown: unknown): boolean {
  const code = codeOf(thrown);
  return code === sqlite.corrupt || code === sqlite.notADatabase;
}

/**
 * The code of what SQLite threw, also once it has become an `LlmError` of our own database. One of another kind speaks
 * of another program's file, whatever its cause: a database that is imported may be damaged or locked too.
 */
function codeOf(thrown: unknown): number | undefined {
  if (!(thrown instanceof LlmError)) return sqliteCode(thrown);
  return thrown.kind === 'storage' ? sqliteCode(thrown.cause) : undefined;
}

/** After how long a lock may be asked for again, in ms. */
const busyPauseMs = 100;

/** Primary result codes: https://sqlite.org/rescode.html */
const sqlite = {
  perm: 3,
  busy: 5,
  locked: 6,
  readonly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
} as const;

const withoutHistory = 'or go on without history: -n';

const diskFull = {reason: 'the disk is full', hint: `Make room and try again, ${withoutHistory}`};

const cannotOpen = (path: string): {reason: string; hint: string} => ({
  reason: 'cannot be opened (no permission, or not a file)',
  hint: `Check: ls -ld ${path}, ${withoutHistory}`,
});

/** What becomes of a damaged file. */
export const atNextStart = 'The next start of llm saves what can be read into a new file, and keeps this one';

/** What SQLite needs to open a database, in bytes: the index of its log takes 32 KiB, a page beside it some more. */
const leastFree = 64 * 1024;

function freeBytesIn(folder: string): number | undefined {
  try {
    const {bavail, bsize} = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

function explain(thrown: unknown, path: string, isFull: () => boolean): {reason: string; hint: string} {
  switch (sqliteCode(thrown) ?? systemCode(thrown)) {
    case sqlite.full:
    case 'ENOSPC':
    case 'EDQUOT':
      return diskFull;
    case 'EROFS':
      return {
        reason: 'read-only file system',
        hint: `Choose another folder with LLM_HOME, ${withoutHistory}`,
      };
    case sqlite.readonly:
      return {
        reason: 'the file or its folder is read-only',
        hint: `Check: ls -ld ${path}, ${withoutHistory}`,
      };
    case sqlite.cannotOpen:
      if (isFull()) return diskFull;
      return cannotOpen(path);
    case sqlite.perm:
    case 'EACCES':
    case 'EPERM':
      return cannotOpen(path);
    case 'ENOTDIR':
    case 'EISDIR':
    case 'EEXIST':
      return {
        reason: 'cannot be opened (a file where a folder is needed, or the reverse)',
        hint: `Check: ls -ld ${path}, ${withoutHistory}`,
      };
    case sqlite.notADatabase:
      return {reason: 'not a database', hint: atNextStart};
    case sqlite.corrupt:
      return {reason: 'the database is damaged', hint: atNextStart};
    case sqlite.busy:
    case sqlite.locked:
      return {
        reason: 'locked by another program',
        hint: `Close what else uses it (another llm, a backup, a database browser), ${withoutHistory}`,
      };
    case sqlite.ioError:
      // A log or an index that could not be made longer is reported so.
      if (isFull()) return diskFull;
      return {
        reason: 'reading or writing failed (input/output error)',
        hint: `Check the disk, ${withoutHistory}`,
      };
    default:
      return {
        reason: thrown instanceof Error ? thrown.message : String(thrown),
        hint: 'Run `llm doctor` to check the installation',
      };
  }
}

function sqliteCode(thrown: unknown): number | undefined {
  const extended = field(thrown, 'errcode');
  return typeof extended === 'number' ? extended & 0xff : undefined;
}

function systemCode(thrown: unknown): string | undefined {
  const code = field(thrown, 'code');
  return typeof code === 'string' ? code : undefined;
}

function field(thrown: unknown, name: string): unknown {
  return thrown instanceof Error ? (thrown as Error & Record<string, unknown>)[name] : undefined;
}
