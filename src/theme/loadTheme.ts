import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {LlmError, toLlmError} from '../core/errors.ts';
import {nearestNames} from '../core/nearestNames.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import type {Background} from './background.ts';
import {parseTheme, type Theme} from './theme.ts';

const extension = '.json';
const schemaFile = 'theme.schema.json';

/**
 * Loads a theme by name, as it is on a background: `<name>.json` in the first of the folders that has it, so the
 * person's own folder goes first.
 * Throws `LlmError` of kind `usage`: for an unknown name with the nearest ones, for a file that is no theme with the
 * key or place that is wrong.
 */
export function loadTheme(name: string, folders: readonly string[], background?: Background): Theme {
  const names = listThemes(folders);
  // Only listed names are joined to a path, so no name can point outside the folders.
  if (names.includes(name)) {
    for (const folder of folders) {
      const path = join(folder, name + extension);
      const text = readIfThere(path);
      if (text !== undefined) return parseTheme(parseJson(text, path), path, background);
    }
  }
  const near = nearestNames(name, names);
  throw new LlmError({
    kind: 'usage',
    message: `unknown theme: ${neutraliseLine(name)}`,
    hint: near.length > 0 ? `did you mean ${near.join(', ')}?` : `themes: ${names.join(', ')}`,
  });
}

/**
 * The theme of a name for a terminal's background: where the theme was made for the other one and names a counterpart
 * that was made for this one, the counterpart. `name` is that of what was loaded. Throws as `loadTheme` does.
 */
export function loadThemeFor(
  name: string,
  folders: readonly string[],
  background?: Background,
): {name: string; theme: Theme} {
  const theme = loadTheme(name, folders, background);
  const {appearance, counterpart} = theme;
  if (background === undefined || appearance === 'any' || appearance === background || !counterpart) {
    return {name, theme};
  }
  try {
    const other = loadTheme(counterpart, folders, background);
    if (other.appearance === background) return {name: counterpart, theme: other};
  } catch {
    // A theme is not worse for naming one that is not there.
  }
  return {name, theme};
}

/** A theme file: what is in it, or in one line why it cannot be used. */
export type ThemeFile = {name: string; path: string} & ({theme: Theme} | {fault: string});

/** Every theme of the folders, by name, each as `loadTheme` would find it; those that are broken too. */
export function surveyThemes(folders: readonly string[]): ThemeFile[] {
  return listThemes(folders).map(name => {
    const file = {name, path: folders.map(each => join(each, name + extension)).find(existsSync) ?? ''};
    try {
      return {...file, theme: loadTheme(name, folders)};
    } catch (thrown) {
      return {...file, fault: toLlmError(thrown, 'usage').message};
    }
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
    // Nor is it there where its folder is a file, or may not be entered.
    if (!existsSync(path)) return undefined;
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
