import {
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import {LlmError} from '../core/errors.ts';
import {readBlock} from './promptHistory.ts';
import {storageError} from './storageError.ts';

/** A new file that is older than this was left by a program that died, in ms. */
const abandonedMs = 10_000;
/** A program that had opened the old file just before has written to it by then, in ms. */
const graceMs = 50;

/**
 * Changes the history file otherwise than at its end. It is replaced in one step, and what other programs add to the
 * old one meanwhile is taken over. Nothing is done where there is no file.
 *
 * @param change gives the pieces of the new file, or undefined to leave it as it is
 * @throws LlmError (`storage`), also while another program does the same
 */
export function replacePromptHistory(
  path: string,
  change: (bytes: Buffer) => readonly Buffer[] | undefined,
): void {
  let old: number;
  let target: string;
  try {
    // A link stays one.
    target = realpathSync(path);
    old = openSync(target, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw storageError(error, path);
  }
  try {
    const bytes = readBlock(old, 0, fstatSync(old).size);
    const pieces = change(bytes);
    if (pieces) replace(target, pieces, old, bytes.length);
  } catch (error) {
    throw storageError(error, path);
  } finally {
    closeSync(old);
  }
}

function replace(target: string, kept: readonly Buffer[], old: number, read: number): void {
  const fresh = `${target}.new`;
  const file = create(fresh);
  try {
    for (const piece of kept) writeAll(file, piece);
    fsyncSync(file);
    renameSync(fresh, target);
  } catch (error) {
    rmSync(fresh, {force: true});
    throw error;
  } finally {
    closeSync(file);
  }
  takeOver(target, old, read);
}

/** Only one program at a time has the new file. */
function create(fresh: string): number {
  for (let attempt = 0; ; attempt++) {
    try {
      return openSync(fresh, 'wx', 0o600);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      const found = statSync(fresh, {throwIfNoEntry: false});
      if (attempt > 0 || (found && Date.now() - found.mtimeMs < abandonedMs)) {
        throw new LlmError({
          kind: 'storage',
          message: `another llm is changing the prompt history at this moment (${fresh})`,
          hint: 'Try again in a few seconds',
        });
      }
      rmSync(fresh, {force: true});
    }
  }
}

/** Adds what others have written to the old file since it was read. */
function takeOver(target: string, old: number, read: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, graceMs);
  const {size} = fstatSync(old);
  if (size <= read) return;
  const file = openSync(target, 'a', 0o600);
  try {
    writeAll(file, readBlock(old, read, size - read));
  } finally {
    closeSync(file);
  }
}

function writeAll(file: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
}
