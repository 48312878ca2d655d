import {randomUUID} from 'node:crypto';
import {readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {dirname} from 'node:path';
import {LlmError} from '../core/errors.ts';
import {privateFolder, tighten} from './privateMode.ts';

/** Where a backend's key is: in the file itself, or in the system keychain, of which the file only says so. */
export type KeyPlace = 'file' | 'keychain';

export type StoredKey = {place: 'file'; key: string} | {place: 'keychain'};

/** The keys that were stored, by the ids of their backends. */
export type StoredKeys = ReadonlyMap<string, StoredKey>;

/**
 * Reads the file of keys, `{version: 1, keys: {ID: {key} | {keychain: true}}}`, and makes it private. A file that is
 * missing holds none. `fault` says in one line why a file cannot be used; nothing of what is in it is in that line.
 */
export function readKeyFile(path: string): {keys: StoredKeys; warnings: readonly string[]; fault?: string} {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (thrown) {
    const {code} = thrown as NodeJS.ErrnoException;
    const fault = code === 'ENOENT' ? {} : {fault: `${path} cannot be read (${code})`};
    return {keys: new Map(), warnings: [], ...fault};
  }
  const keys = parse(text);
  return {
    keys: keys ?? new Map(),
    warnings: tighten(path),
    ...(!keys && {fault: `${path} is not a file of keys; those in it are not used`}),
  };
}

/**
 * Writes the file whole, readable by the person alone, in place of the one before. Returns warnings to show. Throws
 * `LlmError` (`storage`).
 */
export function writeKeyFile(path: string, keys: StoredKeys, home?: string): string[] {
  const entries = [...keys].map(([id, entry]) => [
    id,
    entry.place === 'file' ? {key: entry.key} : {keychain: true},
  ]);
  // Another program may be writing its own; each is whole.
  const draft = `${path}.${randomUUID()}`;
  try {
    const warnings = privateFolder(dirname(path), home);
    const content = {version: 1, keys: Object.fromEntries(entries)};
    writeFileSync(draft, `${JSON.stringify(content, null, 2)}\n`, {mode: 0o600, flag: 'wx', flush: true});
    renameSync(draft, path);
    return warnings;
  } catch (thrown) {
    rmSync(draft, {force: true});
    throw new LlmError({
      kind: 'storage',
      message: `cannot write the keys to ${path} (${(thrown as NodeJS.ErrnoException).code})`,
      hint: 'Look at the disk, and at who owns the file.',
    });
  }
}

function parse(text: string): StoredKeys | undefined {
  try {
    const {keys} = JSON.parse(text) as {keys?: unknown};
    if (typeof keys !== 'object' || keys === null) return undefined;
    return new Map(
      Object.entries(keys).flatMap(([id, entry]): [string, StoredKey][] => {
        const {key, keychain} = (entry ?? {}) as {key?: unknown; keychain?: unknown};
        if (typeof key === 'string' && key !== '') return [[id, {place: 'file', key}]];
        return keychain === true ? [[id, {place: 'keychain'}]] : [];
      }),
    );
  } catch {
    // The parser's own message would quote the file.
    return undefined;
  }
}
