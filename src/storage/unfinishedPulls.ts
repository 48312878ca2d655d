import {randomUUID} from 'node:crypto';
import {readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {dirname} from 'node:path';
import {LlmError} from '../core/errors.ts';
import {privateFolder} from './privateMode.ts';

/** A model that was being pulled when the program ended, or whose pull was stopped. */
export type UnfinishedPull = {
  /** Its full name. */
  name: string;
  /** Bytes that had come, and of how many, as far as was known. */
  completed: number;
  total: number;
};

/** Reads the list of unfinished pulls, `{version: 1, pulls: [{name, completed, total}]}`. What is no such list is empty. */
export function readUnfinishedPulls(path: string): UnfinishedPull[] {
  try {
    const {pulls} = JSON.parse(readFileSync(path, 'utf8')) as {pulls?: unknown};
    return Array.isArray(pulls) ? pulls.flatMap(toPull) : [];
  } catch {
    // It only saves typing a name again: a broken one is worth no word.
    return [];
  }
}

/** Changes the list as it is in the file now: another program may have changed it since. Throws `LlmError` (`storage`). */
export function changeUnfinishedPulls(
  path: string,
  change: (pulls: readonly UnfinishedPull[]) => readonly UnfinishedPull[],
  home?: string,
): void {
  const draft = `${path}.${randomUUID()}`;
  try {
    const pulls = change(readUnfinishedPulls(path));
    if (pulls.length === 0) {
      rmSync(path, {force: true});
      return;
    }
    privateFolder(dirname(path), home);
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
  }
}

function toPull(entry: unknown): UnfinishedPull[] {
  const {name, completed, total} = (entry ?? {}) as Record<string, unknown>;
  if (typeof name !== 'string' || !name.includes('/')) return [];
  return [{name, completed: bytes(completed), total: bytes(total)}];
}

function bytes(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0;
}
