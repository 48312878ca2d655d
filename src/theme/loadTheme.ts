import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {LlmError} from '../core/errors.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import {parseTheme, type Theme} from './theme.ts';

const extension = '.json';
const schemaFile = 'theme.schema.json';

/**
 * Loads a theme by name: `<name>.json` in the first of the folders that has it, so the person's own folder goes first.
 * Throws `LlmError` of kind `usage`: for an unknown name with the nearest ones, for a file that is no theme with the
 * key or place that is wrong.
 */
export function loadTheme(name: string, folders: readonly string[]): Theme {
  const names = listThemes(folders);
  // Only listed names are joined to a path, so no name can point outside the folders.
  if (names.includes(name)) {
    for (const folder of folders) {
      const path = join(folder, name + extension);
      const text = readIfThere(path);
      if (text !== undefined) return parseTheme(parseJson(text, path), path);
    }
  }
  const near = nearest(name, names);
  throw new LlmError({
    kind: 'usage',
    message: `unknown theme: ${neutraliseLine(name)}`,
    hint: near.length > 0 ? `did you mean ${near.join(', ')}?` : `themes: ${names.join(', ')}`,
  });
}

/** The names of all themes in the folders, sorted, each once. A folder that is not there counts as empty. */
export function listThemes(folders: readonly string[]): string[] {
  const names = new Set<string>();
  for (const folder of folders) {
    for (const file of entries(folder)) {
      if (file.endsWith(extension) && file !== schemaFile) names.add(file.slice(0, -extension.length));
    }
  }
  return [...names].sort();
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new LlmError({kind: 'file', message: `cannot read theme ${neutraliseLine(path)}`, cause: error});
  }
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new LlmError({
      kind: 'usage',
      message: `${neutraliseLine(path)} is not valid JSON: ${neutraliseLine(String((error as Error).message))}`,
      cause: error,
    });
  }
}

/** The names within two edits, or that begin the same, nearest first, at most three. */
function nearest(name: string, names: readonly string[]): string[] {
  const wanted = name.toLowerCase();
  return names
    .map(candidate => ({
      candidate,
      far: candidate.startsWith(wanted) && wanted !== '' ? 1 : editDistance(wanted, candidate.toLowerCase()),
    }))
    .filter(({far}) => far <= 2)
    .sort((one, other) => one.far - other.far)
    .slice(0, 3)
    .map(({candidate}) => candidate);
}

/** Levenshtein's distance, by rows. */
function editDistance(one: string, other: string): number {
  let row = Array.from({length: other.length + 1}, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const change = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
