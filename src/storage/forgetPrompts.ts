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
import {readBlock, scanPromptHistory} from './promptHistory.ts';
import {storageError} from './storageError.ts';

/** A new file that is older than this was left by a program that died, in ms. */
const abandonedMs = 10_000;
/** A program that had opened the old file just before has written to it by then, in ms. */
const graceMs = 50;

/**
 * Removes prompts from the history file; all else in it stays byte for byte. The file is replaced in one step, and what
 * other programs add to the old one meanwhile is taken over. Torn entries are asked about like whole ones.
 *
 * @param isForgotten is asked for each prompt, oldest first
 * @returns how many were removed. Throws `LlmError` (`storage`), also while another program does the same.
 */
export function forgetPrompts(path: string, isForgotten: (prompt: string) => boolean): number {
  let old: number;
  let target: string;
  try {
    // A link stays one.
    target = realpathSync(path);
    old = openSync(target, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0;
    throw storageError(error, path);
  }
  try {
    const bytes = readBlock(old, 0, fstatSync(old).size);
    const {kept, count} = without(bytes, isForgotten);
    if (count > 0) replace(target, kept, old, bytes.length);
    return count;
  } catch (error) {
    throw storageError(error, path);
  } finally {
    closeSync(old);
  }
}

/** The pieces of the file that stay. An entry goes from its beginning to that of the next one. */
function without(bytes: Buffer, isForgotten: (prompt: string) => boolean): {kept: Buffer[]; count: number} {
  const entries = scanPromptHistory(bytes, false);
  const kept: Buffer[] = [];
  let count = 0;
  let from = 0;
  for (const [index, {start, prompt}] of entries.entries()) {
    const end = entries[index + 1]?.start ?? bytes.length;
    if (!isForgotten(prompt)) continue;
    kept.push(bytes.subarray(from, start));
    from = end;
    count += 1;
  }
  kept.push(bytes.subarray(from));
  return {kept, count};
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
          message: `another llm is removing prompts at this moment (${fresh})`,
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
