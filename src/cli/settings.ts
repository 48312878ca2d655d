import {existsSync, readFileSync} from 'node:fs';
import {basename, dirname, extname} from 'node:path';
import {keyConflicts} from '../commands/keyBindings.ts';
import {LlmError} from '../core/errors.ts';
import {nearestNames} from '../core/nearestNames.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import {privateFolder, tighten} from '../storage/privateMode.ts';
import {jsonErrorOffset} from './jsonErrorOffset.ts';
import {
  backendIds,
  type CheckedSetting,
  checkSetting,
  checkTypedSetting,
  isGroup,
  type Settings,
} from './settingsSchema.ts';

export type ReadSettings = {
  settings: Settings;
  /** Lines to show: what in the file is not used, because it is not understood or not yet; who else could read it. */
  warnings: readonly string[];
  /** What is set, as dotted names with their values, in the order of the file. */
  entries: readonly (readonly [key: string, value: unknown])[];
};

/** Where the settings are kept. */
export type SettingsFile = {
  path: string;
  /** The person's home folder: should the file be there, the folder stays as wide as it is. */
  home?: string;
};

type Group = {[key: string]: unknown};

/**
 * Reads the settings file, and makes it private. It never fails: what is missing or wrong is left at its default, with
 * a warning, and what is in the file is never changed. Plain reading, because loading `conf` takes longer than the rest
 * of a start.
 */
export function readSettings(path: string): ReadSettings {
  const file = readFile(path);
  const warnings = [
    ...(file.wasRead ? tighten(path) : []),
    ...(file.fault === undefined ? [] : [file.fault]),
  ];
  const leaves = [...leavesOf(file.content, [])];
  const backendsWithoutBase = unknownBackends(file.content);
  const tree = emptySettings();
  const entries: (readonly [string, unknown])[] = [];
  for (const {key, value, faulty} of leaves) {
    const checked: CheckedSetting = faulty
      ? {ok: false, reason: `${key} must be a group of settings`}
      : checkSetting(key, value);
    if (!checked.ok) {
      warnings.push(neutraliseLine(`${path}: ${checked.reason}`));
    } else if (!(checked.path[0] === 'backends' && backendsWithoutBase.has(checked.path[1] ?? ''))) {
      put(tree, checked.path, checked.value);
      entries.push([checked.path.join('.'), checked.value]);
    }
  }
  for (const id of backendsWithoutBase) warnings.push(neutraliseLine(`${path}: ${withoutBase(id)}`));
  for (const conflict of conflictsOf(tree)) warnings.push(`${path}: ${conflict}`);
  // Every leaf was checked against the table that the type mirrors.
  return {settings: tree as unknown as Settings, warnings, entries};
}

/**
 * Sets one setting to the words that a person typed. Returns warnings to show. Throws `LlmError`: `usage` for a name
 * that is unknown or not used yet and for a value that does not fit, `file` when the settings file is broken (it is not
 * touched), `storage` when it cannot be written.
 */
export async function writeSetting(
  file: SettingsFile,
  key: string,
  words: readonly string[],
): Promise<readonly string[]> {
  const {path} = file;
  const checked = checkTypedSetting(key, words);
  if (!checked.ok) throw refusal(checked.reason);
  const content = readForChange(path);
  put(content, checked.path, checked.value);
  const id = checked.path[0] === 'backends' ? checked.path[1] : undefined;
  if (id !== undefined && unknownBackends(content).has(id)) throw refusal(withoutBase(id));
  if (checked.path[0] === 'keys' || checked.path[0] === 'input') {
    // What was wrong before is told at every start; only a new fault is refused.
    const before = conflictsOf(checkedTree(readForChange(path)));
    const conflict = conflictsOf(checkedTree(content)).find(each => !before.includes(each));
    if (conflict !== undefined) throw refusal(conflict);
  }
  return save(file, content, checked.path[0] ?? key);
}

/**
 * Removes one setting; undefined when it was not set, else warnings to show. A name that the table does not know may be
 * removed too. Throws as `writeSetting` does.
 */
export async function unsetSetting(file: SettingsFile, key: string): Promise<readonly string[] | undefined> {
  const {path} = file;
  const content = readForChange(path);
  const leaf = [...leavesOf(content, [])].find(({path: names}) => names.join('.') === key);
  const checked = leaf ? undefined : checkSetting(key, null);
  if (!leaf) {
    // Asked with a value that never fits, so only an unknown name is worth a word.
    if (checked && !checked.ok && checked.reason.startsWith('unknown')) throw refusal(checked.reason);
    return undefined;
  }
  remove(content, leaf.path);
  return save(file, content, leaf.path[0] ?? key);
}

/** What of the content fits the table, for questions that several settings answer together. */
function checkedTree(content: Group): Group {
  const tree = emptySettings();
  for (const {key, value, faulty} of leavesOf(content, [])) {
    const checked = faulty ? undefined : checkSetting(key, value);
    if (checked?.ok) put(tree, checked.path, checked.value);
  }
  return tree;
}

/** Keys that cannot be as they are set. */
function conflictsOf(tree: Group): string[] {
  // Every leaf was checked against the table that the type mirrors.
  const {keys, input} = tree as unknown as Settings;
  return keyConflicts(keys, input.submit);
}

/** Whether the file exists and is not JSON; the line to show then. */
export function settingsFault(path: string): string | undefined {
  return readFile(path).fault;
}

function refusal(message: string): LlmError {
  return new LlmError({
    kind: 'usage',
    message: neutraliseLine(message),
    hint: 'See what is set: llm config list',
  });
}

function readFile(path: string): {content: Group; wasRead: boolean; fault?: string} {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const fault = code === 'ENOENT' ? {} : {fault: `${path} cannot be read (${code})`};
    return {content: {}, wasRead: false, ...fault};
  }
  return {...parseFile(path, withoutMark(text)), wasRead: true};
}

function parseFile(path: string, text: string): {content: Group; fault?: string} {
  // An empty file is what an editor or a full disk leaves behind.
  if (text.trim() === '') return {content: {}};
  try {
    const content: unknown = JSON.parse(text);
    if (isRecord(content)) return {content};
    return {content: {}, fault: `${path}, line 1: the settings must be inside { }; they are not used`};
  } catch {
    const before = text.slice(0, jsonErrorOffset(text)).split('\n');
    const place = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
    return {content: {}, fault: `${path}, ${place}: this is not JSON; the settings there are not used`};
  }
}

/** The text without the byte order mark that some editors put first. */
function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

function readForChange(path: string): Group {
  const {content, fault} = readFile(path);
  if (fault === undefined) return content;
  throw new LlmError({kind: 'file', message: fault, hint: 'Put it right first: llm config edit'});
}

type Leaf = {key: string; path: readonly string[]; value: unknown; faulty: boolean};

function* leavesOf(content: Group, above: readonly string[]): Generator<Leaf> {
  for (const [name, value] of Object.entries(content)) {
    const path = [...above, name];
    const group = isGroup(path);
    if (group && isRecord(value)) yield* leavesOf(value, path);
    else yield {key: path.join('.'), path, value, faulty: group};
  }
}

/** Backends in the file that the program does not know and that have no address. */
function unknownBackends(content: Group): Set<string> {
  const backends = isRecord(content.backends) ? content.backends : {};
  const ids = Object.entries(backends)
    .filter(([id, fields]) => isRecord(fields) && !isKnownBackend(id) && !hasBase(id, fields))
    .map(([id]) => id);
  return new Set(ids);
}

function hasBase(id: string, fields: Group): boolean {
  return checkSetting(`backends.${id}.baseUrl`, fields.baseUrl).ok;
}

function isKnownBackend(id: string): boolean {
  return backendIds.includes(id);
}

function withoutBase(id: string): string {
  const [near] = nearestNames(id, backendIds, 1);
  const guess = near === undefined ? '' : ` (did you mean "${near}"?)`;
  return `a new backend needs backends.${id}.baseUrl${guess}`;
}

function emptySettings(): Group {
  // Without a prototype: a model or a backend may be called like one of its members.
  const names = () => Object.create(null) as Group;
  return {
    options: {},
    keys: {},
    input: {},
    history: {},
    timeouts: {},
    alias: names(),
    backends: names(),
  };
}

function put(tree: Group, path: readonly string[], value: unknown): void {
  const [name = '', ...rest] = path;
  if (rest.length === 0) {
    tree[name] = value;
    return;
  }
  const below = Object.hasOwn(tree, name) && isRecord(tree[name]) ? tree[name] : {};
  tree[name] = below;
  put(below, rest, value);
}

function remove(tree: Group, path: readonly string[]): void {
  const [name = '', ...rest] = path;
  const below = tree[name];
  if (rest.length > 0 && isRecord(below)) {
    remove(below, rest);
    if (Object.keys(below).length > 0) return;
  }
  delete tree[name];
}

/**
 * Writes one group of the settings back, atomically, with the other groups as they are in the file now. Returns
 * warnings to show.
 */
async function save({path, home}: SettingsFile, content: Group, group: string): Promise<string[]> {
  const {default: Conf} = await import('conf');
  try {
    const warnings = privateFolder(dirname(path), home);
    const extension = extname(path);
    const store = new Conf<Group>({
      cwd: dirname(path),
      configName: basename(path, extension),
      fileExtension: extension.slice(1),
      projectSuffix: '',
      configFileMode: 0o600,
      clearInvalidConfig: false,
      deserialize: text => JSON.parse(withoutMark(text).trim() || '{}'),
      accessPropertiesByDotNotation: false,
    });
    if (group in content) store.set(group, content[group]);
    else store.delete(group);
    return warnings;
  } catch (error) {
    const message = `cannot write the settings to ${path}`;
    throw new LlmError({
      kind: 'storage',
      message,
      hint: 'Look at the disk, and at who owns the file',
      cause: error,
    });
  }
}

function isRecord(value: unknown): value is Group {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Makes the file, empty, if there is none: for an editor to open. Returns warnings to show. */
export async function createSettingsFile(file: SettingsFile): Promise<readonly string[]> {
  return existsSync(file.path) ? [] : save(file, {}, 'model');
}
