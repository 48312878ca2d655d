import {closeSync, fstatSync, mkdirSync, openSync, readSync, writeSync} from 'node:fs';
import {dirname} from 'node:path';
import {LlmError} from '../core/errors.ts';
import {localDay, twoDigits} from './localTime.ts';
import {tighten} from './privateMode.ts';
import {storageError} from './storageError.ts';

/** One prompt of the history file; `date` in ms since 1970, undefined where the file does not say. */
export type HistoryEntry = {prompt: string; date: number | undefined};

/** An entry and where it begins and whether its writer got to its end. Positions in bytes. */
export type ScannedEntry = HistoryEntry & {start: number; complete: boolean};

/**
 * Adds a prompt to the history file, in the format of prompt_toolkit's `FileHistory`
 * (https://github.com/prompt-toolkit/python-prompt-toolkit/blob/main/src/prompt_toolkit/history.py): a blank line,
 * the local time after `# `, and each line of the prompt after `+`. One write at the file's end, so that several
 * programs may do so at once. An empty prompt is not added; line ends become `\n`.
 *
 * @param date ms since 1970
 * @returns warnings: the file could be read by others and was made private
 * @throws LlmError (kind `storage`)
 */
export function appendPrompt(path: string, prompt: string, date: number): string[] {
  return appendPrompts(path, [{prompt, date}]);
}

/** Adds several prompts in the same way, in one write; dates in ms since 1970. Throws `LlmError` (kind `storage`). */
export function appendPrompts(path: string, prompts: readonly {prompt: string; date: number}[]): string[] {
  const text = prompts.map(entryText).join('');
  if (text === '') return [];
  const bytes = Buffer.from(text);
  try {
    mkdirSync(dirname(path), {recursive: true, mode: 0o700});
    const file = openSync(path, 'a', 0o600);
    try {
      if (writeSync(file, bytes) < bytes.length) {
        throw new LlmError({
          kind: 'storage',
          message: `${path}: the disk is full`,
          hint: 'Make room and try again',
        });
      }
    } finally {
      closeSync(file);
    }
    return tighten(path);
  } catch (error) {
    throw storageError(error, path);
  }
}

/** A prompt as it stands in the file; the date in ms since 1970. An empty one takes no place. */
export function entryText({prompt, date}: {prompt: string; date: number}): string {
  if (prompt === '') return '';
  const lines = prompt.split(/\r\n|\r|\n/).map(line => `+${line}\n`);
  return `\n# ${timestamp(date)}\n${lines.join('')}`;
}

/** All complete prompts of a history file's text, oldest first. Torn entries are skipped. */
export function parsePromptHistory(text: string): HistoryEntry[] {
  return completed(scanPromptHistory(Buffer.from(text)));
}

/**
 * The newest prompts, oldest of them first. Reads the file from its end, so that a large one costs nothing.
 * None where there is no file. Throws `LlmError` (kind `storage`).
 */
export function readRecentPrompts(path: string, limit: number): HistoryEntry[] {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw storageError(error, path);
  }
  try {
    const {size} = fstatSync(file);
    for (let length = 64 * 1024; ; length *= 4) {
      const start = Math.max(0, size - length);
      const block = readBlock(file, start, size - start);
      const entries = completed(scanPromptHistory(start === 0 ? block : fromEntryStart(block)));
      // The first entry of a block may have lost what stood before it.
      if (start === 0 || entries.length > limit) return limit > 0 ? entries.slice(-limit) : [];
    }
  } catch (error) {
    throw storageError(error, path);
  } finally {
    closeSync(file);
  }
}

/** Reads `length` bytes from `position`, or as many as there are. */
export function readBlock(file: number, position: number, length: number): Buffer {
  const block = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const got = readSync(file, block, filled, length - filled, position + filled);
    if (got === 0) break;
    filled += got;
  }
  return block.subarray(0, filled);
}

/**
 * Every entry of the bytes, torn ones among them. An entry is torn when its last line has no end, or when it began
 * after a blank line, as its writer does it, but the next one follows without one: that one's own blank line went
 * into ending the torn line. Entries without a comment (other tools) and without blank lines are accepted.
 *
 * @param withDates false leaves the dates out, which take a third of the time
 */
export function scanPromptHistory(bytes: Buffer, withDates = true): ScannedEntry[] {
  const entries: ScannedEntry[] = [];
  let entry: {start: number; date: number | undefined; lines: Buffer[]; blankBefore: boolean} | undefined;
  let blankStart: number | undefined;

  const close = (complete: boolean) => {
    if (!entry || entry.lines.length === 0) return;
    const prompt = entry.lines.map(line => line.toString('utf8')).join('\n');
    entries.push({prompt, date: entry.date, start: entry.start, complete: complete && prompt !== ''});
    entry = undefined;
  };

  for (let from = 0; from < bytes.length; ) {
    const newline = bytes.indexOf(0x0a, from);
    const next = newline === -1 ? bytes.length : newline + 1;
    const end = newline === -1 ? bytes.length : newline;
    const line = bytes.subarray(from, end > from && bytes[end - 1] === 0x0d ? end - 1 : end);
    const open = () => ({
      start: blankStart ?? from,
      date: undefined,
      lines: [],
      blankBefore: blankStart !== undefined,
    });
    if (line[0] === plus) {
      entry ??= open();
      entry.lines.push(line.subarray(1));
      if (newline === -1) close(false);
      blankStart = undefined;
    } else if (line[0] === hash) {
      close(!entry?.blankBefore);
      entry = {...open(), date: withDates ? parseTimestamp(line.toString('latin1')) : undefined};
      blankStart = undefined;
    } else {
      close(true);
      entry = undefined;
      blankStart = line.length === 0 ? from : undefined;
    }
    from = next;
  }
  close(true);
  return entries;
}

const plus = 0x2b;
const hash = 0x23;

function completed(entries: ScannedEntry[]): HistoryEntry[] {
  return entries.filter(entry => entry.complete).map(({prompt, date}) => ({prompt, date}));
}

/** The block from its first whole line on that is not the inside of a prompt. */
function fromEntryStart(block: Buffer): Buffer {
  for (let newline = block.indexOf(0x0a); newline !== -1; newline = block.indexOf(0x0a, newline + 1)) {
    const first = block[newline + 1];
    if (first !== undefined && first !== plus) return block.subarray(newline + 1);
  }
  return block.subarray(block.length);
}

function timestamp(date: number): string {
  const local = new Date(date);
  const time = [local.getHours(), local.getMinutes(), local.getSeconds()].map(twoDigits).join(':');
  return `${localDay(date)} ${time}.${String(local.getMilliseconds()).padStart(3, '0')}000`;
}

function parseTimestamp(line: string): number | undefined {
  const match = /^#\s*(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,3}))?/.exec(line);
  if (!match) return undefined;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const ms = Number((match[7] ?? '0').padEnd(3, '0'));
  return new Date(year, month - 1, day, hour, minute, second, ms).getTime();
}
