import {closeSync, fstatSync, openSync} from 'node:fs';
import {type HistoryEntry, readBlock, type ScannedEntry, scanPromptHistory} from './promptHistory.ts';
import {storageError} from './storageError.ts';

/** A prompt and the byte at which its entry begins: its place in the order of all. */
export type PlacedPrompt = HistoryEntry & {start: number};

/** The prompts of a history file, read in pieces from its end to its beginning, and what is added meanwhile. */
export type PromptSource = {
  /** Some prompts before those read so far, newest first; null when the beginning of the file is reached. */
  older(): PlacedPrompt[] | null;
  /**
   * The prompts that were added since, newest first. `replaced`: the file is another one now, and everything is to be
   * read again.
   */
  newer(): PlacedPrompt[] | 'replaced';
  /** The prompts that begin at these places, in the same order; those that are gone are left out. */
  read(starts: readonly number[]): PlacedPrompt[];
};

/** What follows a piece is read as far as needed to see whether the last entry of the piece was torn, in bytes. */
const lookAhead = 64;
/** So much of what was the file's end is compared to see whether it is still the same file, in bytes. */
const endLength = 512;
/** Most prompts fit into so many bytes. */
const usualLength = 4096;

type Tail = {inode: number; size: number; lastStart: number; lastIsComplete: boolean; end: Buffer};

/**
 * Opens nothing yet: the file is opened for each piece and closed again, so that it may be replaced. Everything throws
 * `LlmError` (kind `storage`); a file that does not exist has no prompts.
 *
 * @param pieceLength how much is read at once, in bytes
 * @param withDates false leaves the dates out of what `older` and `newer` return: they take time
 */
export function createPromptSource(path: string, pieceLength: number, withDates = true): PromptSource {
  let tail: Tail | undefined;
  /** Everything from here on was read. */
  let readFrom: number | undefined;

  const withFile = <T>(missing: T, work: (file: number) => T): T => {
    let file: number;
    try {
      file = openSync(path, 'r');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return missing;
      throw storageError(error, path);
    }
    try {
      return work(file);
    } catch (error) {
      throw storageError(error, path);
    } finally {
      closeSync(file);
    }
  };

  const remember = (file: number, size: number, last: ScannedEntry | undefined): void => {
    const from = Math.max(0, size - endLength);
    tail = {
      inode: fstatSync(file).ino,
      size,
      lastStart: last?.start ?? tail?.lastStart ?? 0,
      lastIsComplete: last?.complete ?? tail?.lastIsComplete ?? false,
      end: readBlock(file, from, size - from),
    };
  };

  /** The entries that begin in `[from, end)`, oldest first. */
  const entriesBetween = (file: number, from: number, end: number, size: number): ScannedEntry[] =>
    scanPromptHistory(readBlock(file, from, Math.min(size, end + lookAhead) - from), withDates)
      .map(entry => ({...entry, start: entry.start + from}))
      .filter(entry => entry.start < end);

  const older = (file: number): PlacedPrompt[] | null => {
    const {size} = fstatSync(file);
    const end = Math.min(readFrom ?? size, size);
    if (end === 0) return null;
    for (let length = pieceLength; ; length *= 4) {
      const from = Math.max(0, end - length);
      const found = entriesBetween(file, from, end, size);
      // The first entry of a piece may have lost its beginning.
      const entries = from === 0 ? found : found.slice(1);
      const [first] = entries;
      if (!first && from > 0) continue;
      if (!tail) remember(file, size, entries.at(-1));
      readFrom = from === 0 ? 0 : first?.start;
      return placed(entries);
    }
  };

  const isSame = (file: number, known: Tail): boolean => {
    const stat = fstatSync(file);
    if (stat.ino !== known.inode || stat.size < known.size) return false;
    return readBlock(file, known.size - known.end.length, known.end.length).equals(known.end);
  };

  return {
    older: () => withFile(null, older),
    newer: () =>
      withFile<PlacedPrompt[] | 'replaced'>(tail ? 'replaced' : [], file => {
        // It was not there, or empty.
        if (!tail) return fstatSync(file).size > 0 ? 'replaced' : [];
        const known = tail;
        if (!isSame(file, known)) return 'replaced';
        const {size} = fstatSync(file);
        if (size === known.size) return [];
        const entries = entriesBetween(file, known.lastStart, size, size);
        remember(file, size, entries.at(-1));
        return placed(
          entries.filter(({start}) =>
            known.lastIsComplete ? start > known.lastStart : start >= known.lastStart,
          ),
        );
      }),
    read: starts =>
      withFile<PlacedPrompt[]>([], file => {
        const {size} = fstatSync(file);
        return starts.flatMap(start => entryAt(file, start, size) ?? []);
      }),
  };
}

function entryAt(file: number, start: number, size: number): PlacedPrompt | undefined {
  for (let length = usualLength; ; length *= 8) {
    const isWhole = start + length >= size;
    const entries = scanPromptHistory(readBlock(file, start, Math.min(length, size - start)));
    const [entry] = entries;
    // With another one after it, it has been read to its end.
    if (entry && (entries.length > 1 || isWhole)) {
      return entry.complete ? {prompt: entry.prompt, date: entry.date, start} : undefined;
    }
    if (isWhole) return undefined;
  }
}

function placed(entries: readonly ScannedEntry[]): PlacedPrompt[] {
  return entries
    .filter(entry => entry.complete)
    .map(({prompt, date, start}) => ({prompt, date, start}))
    .reverse();
}
