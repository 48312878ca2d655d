import {randomUUID} from 'node:crypto';
import {closeSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {dirname} from 'node:path';
import {LlmError} from '../core/errors.ts';
import {privateFolder} from './privateMode.ts';
import {isProcessIdentity, type ProcessIdentity} from './processIdentity.ts';

/** A model that was being pulled when the program ended, or whose pull was stopped. */
export type UnfinishedPull = {
  /** Its full name. */
  name: string;
  /** Bytes that had come, and of how many, as far as was known. */
  completed: number;
  total: number;
  /** Where its backend was then: another server under the same name has nothing of it. */
  server?: string;
  /** The program that pulls it, as long as it does. */
  owner?: ProcessIdentity;
};

/** A lock is held for a moment; one that is older, in ms, belongs to a program that has died. */
const staleLockMs = 2_000;
/** How long a lock is waited for, in ms: a list that is written without it is better than a program that stands still. */
const lockWaitMs = 500;
const lockPauseMs = 10;

/**
 * Reads the list of unfinished pulls, `{version: 1, pulls: [{name, completed, total, server, owner}]}`. What is no such
 * list is empty.
 */
export function readUnfinishedPulls(path: string): UnfinishedPull[] {
  try {
    const {pulls} = JSON.parse(readFileSync(path, 'utf8')) as {pulls?: unknown};
    return Array.isArray(pulls) ? pulls.flatMap(toPull) : [];
  } catch {
    // It only saves typing a name again: a broken one is worth no word.
    return [];
  }
}

/**
 * Changes the list as it is in the file now: another program may have changed it since, and is kept from doing so
 * meanwhile. Throws `LlmError` (`storage`).
 */
export function changeUnfinishedPulls(
  path: string,
  change: (pulls: readonly UnfinishedPull[]) => readonly UnfinishedPull[],
  home?: string,
): void {
  const draft = `${path}.${randomUUID()}`;
  let unlock = (): void => {};
  try {
    privateFolder(dirname(path), home);
    unlock = lock(`${path}.lock`);
    const pulls = change(readUnfinishedPulls(path));
    if (pulls.length === 0) {
      rmSync(path, {force: true});
      return;
    }
    try {
      writeFileSync(draft, `${JSON.stringify({version: 1, pulls}, null, 2)}\n`, {mode: 0o600, flag: 'wx'});
      renameSync(draft, path);
    } catch (thrown) {
      rmSync(draft, {force: true});
      throw thrown;
    }
  } catch (thrown) {
    throw new LlmError({
      kind: 'storage',
      message: `cannot write the unfinished pulls to ${path} (${(thrown as NodeJS.ErrnoException).code})`,
      hint: 'Look at the disk, and at who owns the file.',
    });
  } finally {
    unlock();
  }
}

/** Holds a file that only one program can make. Returns what lets go of it. */
function lock(path: string): () => void {
  for (let waited = 0; waited < lockWaitMs; waited += lockPauseMs) {
    try {
      closeSync(openSync(path, 'wx', 0o600));
      return () => rmSync(path, {force: true});
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
    }
    const made = statSync(path, {throwIfNoEntry: false})?.mtimeMs ?? Date.now();
    if (Math.abs(Date.now() - made) > staleLockMs) rmSync(path, {force: true});
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, lockPauseMs);
  }
  return () => {};
}

function toPull(entry: unknown): UnfinishedPull[] {
  const {name, completed, total, server, owner} = (entry ?? {}) as Record<string, unknown>;
  if (typeof name !== 'string' || !name.includes('/')) return [];
  return [
    {
      ...{name, completed: bytes(completed), total: bytes(total)},
      ...(typeof server === 'string' && {server}),
      ...(isProcessIdentity(owner) && {owner}),
    },
  ];
}

function bytes(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0;
}
