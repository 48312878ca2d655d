import type {BackendSettings} from '../backends/createBackends.ts';
import {presets, protocols} from '../backends/presets.ts';
import type {Editing, OwnKeys, SubmitKey} from '../commands/keyBindings.ts';
import {keyTable} from '../commands/keyTable.ts';
import {parseKeyName} from '../commands/parseKeyName.ts';
import {nearestNames} from '../core/nearestNames.ts';
import {type GenerationOptions, optionNames, parseOption} from '../core/options.ts';

/** The settings file, checked: what does not fit the table below is not in it. */
export type Settings = {
  model?: string;
  system?: string;
  theme?: string;
  options: GenerationOptions;
  /** The person's own keys, by what they do; an empty list takes the usual ones away. */
  keys: OwnKeys;
  /** `pasteLines`: a paste of more lines is folded; 0 for never. */
  input: {submit?: SubmitKey; editing?: Editing; pasteLines?: number};
  /**
   * `retentionDays`: conversations that were not changed for so long are deleted when a chat begins. `titles`: whether a
   * model may be asked for better titles.
   */
  history: {retentionDays?: number; titles?: 'auto' | 'off'};
  /** In seconds. */
  timeouts: {connect?: number; firstByte?: number; idle?: number};
  /** Full model names by their short ones; those that are given while the program runs are added. */
  alias: Record<string, string>;
  /** Full names of the models that lists show first. */
  favourites?: readonly string[];
  backends: Readonly<Record<string, BackendSettings>>;
};

/** The backends that need no `baseUrl` to be known: those of the table, and the embedded engine. */
export const backendIds: readonly string[] = [...presets.map(preset => preset.id), 'local'];

type Rule =
  | {kind: 'text'}
  | {kind: 'address'}
  | {kind: 'boolean'}
  | {kind: 'strings'}
  | {kind: 'choice'; values: readonly string[]}
  | {kind: 'number'; min: number; max: number; whole?: boolean}
  | {kind: 'keys'}
  | {kind: 'option'};

const seconds: Rule = {kind: 'number', min: 0.1, max: 86_400};

/** The table of settings. `*` stands for a name that the person chooses. */
const table: ReadonlyMap<string, Rule> = new Map<string, Rule>(
  Object.entries({
    model: {kind: 'text'},
    system: {kind: 'text'},
    theme: {kind: 'text'},
    'options.*': {kind: 'option'},
    'keys.*': {kind: 'keys'},
    'input.submit': {kind: 'choice', values: ['enter', 'alt-enter']},
    'input.editing': {kind: 'choice', values: ['readline', 'vi']},
    'input.pasteLines': {kind: 'number', min: 0, max: 10_000, whole: true},
    'history.retentionDays': {kind: 'number', min: 1, max: 36_500, whole: true},
    'history.titles': {kind: 'choice', values: ['auto', 'off']},
    'timeouts.connect': seconds,
    'timeouts.firstByte': seconds,
    'timeouts.idle': seconds,
    'alias.*': {kind: 'text'},
    favourites: {kind: 'strings'},
    'backends.*.baseUrl': {kind: 'address'},
    'backends.*.protocol': {kind: 'choice', values: protocols},
    'backends.*.keyCommand': {kind: 'text'},
    'backends.*.enabled': {kind: 'boolean'},
    'backends.*.models': {kind: 'strings'},
    'backends.*.parallel': {kind: 'number', min: 1, max: 64, whole: true},
  } satisfies Record<string, Rule>),
);

const groups = new Set([...table.keys()].flatMap(key => key.split('.').slice(0, -1)));
/** What the names that a person chooses may look like, by the group they are in. */
const patterns: ReadonlyMap<string, RegExp> = new Map([
  ['keys', /^[a-z][a-z-]*$/],
  // An alias may look like a model's name, with a dot or a colon in it.
  ['alias', /^[a-zA-Z0-9][\w.:-]*$/],
  ['backends', /^[a-z0-9][a-z0-9_-]*$/],
]);

export type CheckedSetting =
  | {ok: true; path: readonly string[]; value: unknown}
  /** `reason` is one line: what is wrong, and the nearest name or what is expected. */
  | {ok: false; reason: string};

export type LocatedSetting = {ok: true; path: readonly string[]; rule: Rule} | {ok: false; reason: string};

/** Whether the settings file may hold a group of settings at this place. */
export function isGroup(path: readonly string[]): boolean {
  const [first = ''] = path;
  return groups.has(first) && (path.length === 1 || (path.length === 2 && first === 'backends'));
}

/** Finds the setting of a dotted name: where it is in the file, and what it may hold. */
export function locateSetting(key: string): LocatedSetting {
  const path = splitKey(key);
  const [group = '', name = ''] = path;
  const rule =
    table.get(key) ??
    table.get([group, '*', ...path.slice(2)].join('.')) ??
    (path.length === 2 ? table.get(`${group}.*`) : undefined);
  const pattern = patterns.get(group);
  if (!rule || (pattern && !pattern.test(name))) return {ok: false, reason: unknown(key, path)};
  const isAction = (text: string): boolean => keyTable.some(({action}) => action === text);
  if (group === 'keys' && !isAction(name)) return {ok: false, reason: unknown(key, path)};
  if (group !== 'options') return {ok: true, path, rule};
  const option = parseOption(name, 0);
  if (!option.ok && option.reason === 'unknown') return {ok: false, reason: unknown(key, path)};
  return {ok: true, path: [group, option.name], rule};
}

/** All names that can be set; a part that the person chooses is in capitals. */
export function settingNames(): string[] {
  return [...table].flatMap(([name, rule]) => {
    if (rule.kind === 'option') return optionNames.map(option => `options.${option}`);
    if (rule.kind === 'keys') return keyTable.map(({action}) => `keys.${action}`);
    return [name.replace('*', name.startsWith('backends.') ? 'ID' : 'NAME')];
  });
}

/** Checks one setting, with its value as JSON has it. */
export function checkSetting(key: string, value: unknown): CheckedSetting {
  const located = locateSetting(key);
  if (!located.ok) return located;
  const {path, rule} = located;
  if (rule.kind === 'option') {
    const option = parseOption(path[1] ?? '', value);
    if (option.ok) return {ok: true, path, value: option.value};
    return {ok: false, reason: `${key} must be ${option.reason === 'invalid' ? option.expected : 'known'}`};
  }
  if (rule.kind === 'keys') return checkKeys(key, path, value);
  const expected = expectation(rule, value);
  if (expected !== undefined) return {ok: false, reason: `${key} must be ${expected}`};
  return {ok: true, path, value: rule.kind === 'strings' && typeof value === 'string' ? [value] : value};
}

/** Checks the keys of an action: a key, a list of keys, or `none`. */
function checkKeys(setting: string, path: readonly string[], value: unknown): CheckedSetting {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 1 && list[0] === 'none') return {ok: true, path, value: []};
  const keys: string[] = [];
  for (const text of list) {
    if (typeof text !== 'string')
      return {ok: false, reason: `${setting} must be a key, a list of keys, or none`};
    const parsed = parseKeyName(text);
    if (!parsed.ok) return {ok: false, reason: `${setting}: ${parsed.reason}`};
    keys.push(parsed.key);
  }
  return {ok: true, path, value: [...new Set(keys)]};
}

/** Checks one setting whose value was typed: words of a command line. */
export function checkTypedSetting(key: string, words: readonly string[]): CheckedSetting {
  const located = locateSetting(key);
  if (!located.ok) return located;
  const {path, rule} = located;
  const many = rule.kind === 'strings' || rule.kind === 'keys' || path.join('.') === 'options.stop';
  if (words.length !== 1 && !many) return {ok: false, reason: `${key} takes one value (put it in quotes)`};
  const [word = ''] = words;
  if (many) return checkSetting(key, words);
  if (rule.kind === 'number') return checkSetting(key, word.trim() === '' ? word : Number(word));
  if (rule.kind === 'boolean') return checkSetting(key, word === 'true' || (word === 'false' ? false : word));
  return checkSetting(key, word);
}

/** What a value should have been, or undefined when it fits. */
function expectation(rule: Exclude<Rule, {kind: 'option' | 'keys'}>, value: unknown): string | undefined {
  switch (rule.kind) {
    case 'text':
      return typeof value === 'string' && value !== '' ? undefined : 'a text';
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'true or false';
    case 'choice':
      return rule.values.some(choice => choice === value) ? undefined : listed(rule.values);
    case 'strings': {
      const list = typeof value === 'string' ? [value] : value;
      const fits = Array.isArray(list) && list.length > 0;
      return fits && list.every(item => typeof item === 'string' && item !== '')
        ? undefined
        : 'a text or a list of texts';
    }
    case 'number': {
      const fits = typeof value === 'number' && value >= rule.min && value <= rule.max;
      if (rule.whole && !(fits && Number.isInteger(value)))
        return `a whole number from ${rule.min} to ${rule.max}`;
      return fits ? undefined : `a number from ${rule.min} to ${rule.max}`;
    }
    case 'address':
      return addressExpectation(value);
  }
}

function listed(values: readonly string[]): string {
  return `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`;
}

function addressExpectation(value: unknown): string | undefined {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) return 'an address that begins with http:// or https://';
  // They would be shown by every listing and error, and fetch refuses them anyway.
  return url.username || url.password ? 'an address without user name and password' : undefined;
}

/** The names in a dotted key; those of an alias and of a backend may hold what separates the others. */
function splitKey(key: string): string[] {
  const dot = key.indexOf('.');
  if (dot === -1) return [key];
  const group = key.slice(0, dot);
  const rest = key.slice(dot + 1);
  return group === 'alias' ? [group, rest] : [group, ...rest.split('.')];
}

function unknown(key: string, path: readonly string[]): string {
  const secret = /(api.?key|token|secret|password)$/i.test(key);
  if (secret) return `unknown setting "${key}": keys are not kept there, use \`llm keys set NAME\``;
  const names = [...table].flatMap(([name, rule]) => {
    if (rule.kind === 'option') return optionNames.map(option => `options.${option}`);
    if (rule.kind === 'keys') return keyTable.map(({action}) => `keys.${action}`);
    if (!name.startsWith('backends.')) return [name.replace('*', path[1] ?? 'NAME')];
    return [...backendIds, path[1] ?? ''].map(id => name.replace('*', id));
  });
  const [near] = nearestNames(key, names, 1);
  return `unknown setting "${key}"${near === undefined ? '' : ` (did you mean "${near}"?)`}`;
}
