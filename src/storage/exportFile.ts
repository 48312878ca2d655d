import {closeSync, openSync, renameSync, rmSync, statSync, writeSync} from 'node:fs';
import {LlmError} from '../core/errors.ts';
import {localDay} from './localTime.ts';

/**
 * A file name for an export: `llm-<title>-<YYYY-MM-DD>.md`. Letters and digits of any script stay, all else becomes `-`.
 *
 * @param date ms since 1970; the day is the local one
 */
export function exportFileName(title: string, date: number, extension = 'md'): string {
  const words = title
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '-');
  // 50 characters of four bytes each stay below the 255 bytes that file systems allow.
  const slug =
    [...words]
      .slice(0, 50)
      .join('')
      .replace(/^-+|-+$/g, '') || 'chat';
  return `llm-${slug}-${localDay(date)}.${extension}`;
}

/**
 * Writes an export, readable by its owner only. An existing file is replaced only when that was asked for, and then
 * in one step. What comes in pieces is written as it comes. Throws `LlmError` (kind `file`) and leaves nothing half-written.
 */
export function writeExport(
  path: string,
  text: string | Iterable<string>,
  options: {overwrite: boolean},
): void {
  const replace = options.overwrite && isFile(path);
  const target = replace ? `${path}.${process.pid}.tmp` : path;
  let created = false;
  try {
    const file = openSync(target, 'wx', 0o600);
    created = true;
    try {
      for (const piece of typeof text === 'string' ? [text] : text) {
        const bytes = Buffer.from(piece);
        for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
      }
    } finally {
      closeSync(file);
    }
    if (replace) renameSync(target, path);
  } catch (error) {
    if (created) rmSync(target, {force: true});
    throw fileError(error, path);
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function fileError(error: unknown, path: string): LlmError {
  if (error instanceof LlmError) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EEXIST':
      return new LlmError({
        kind: 'file',
        message: `${path} exists already`,
        hint: `Choose another name, or overwrite it: /export ${path} !`,
        cause: error,
      });
    case 'ENOENT':
      return new LlmError({
        kind: 'file',
        message: `${path}: its folder does not exist`,
        hint: 'Create the folder, or choose another name',
        cause: error,
      });
    case 'ENOSPC':
    case 'EDQUOT':
      return new LlmError({
        kind: 'file',
        message: `${path}: the disk is full`,
        hint: 'Make room and try again',
        cause: error,
      });
    default:
      return new LlmError({
        kind: 'file',
        message: `${path}: ${error instanceof Error ? error.message : String(error)}`,
        hint: 'Choose another place',
        cause: error,
      });
  }
}
