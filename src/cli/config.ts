import {LlmError} from '../core/errors.ts';
import {
  createSettingsFile,
  readSettings,
  type SettingsFile,
  settingsFault,
  unsetSetting,
  writeSetting,
} from './settings.ts';
import {locateSetting} from './settingsSchema.ts';

/** What the `llm config` commands stand on. */
export type ConfigIo = SettingsFile & {
  /** Writes to stdout; the text ends with a newline. */
  out(text: string): void;
  /** Writes one line for the person to stderr. */
  warn(line: string): void;
  /** The person's editor, a command line; `vi` if they named none. */
  editor?: string | undefined;
};

/** `llm config list`: what is set, one `name = value` a line, or as one object. Returns the exit status. */
export function configList(io: ConfigIo, options: {json?: boolean} = {}): number {
  const {settings, entries} = readSettings(io.path);
  if (options.json) {
    io.out(`${JSON.stringify(settings, null, 2)}\n`);
  } else if (entries.length > 0) {
    io.out(entries.map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`).join(''));
  } else {
    io.warn(`nothing is set in ${io.path}; for example: llm config set options.temperature 0.7`);
  }
  return 0;
}

/** `llm config get NAME`: the value alone; status 1 when it is not set. Throws `LlmError` (`usage`) for another name. */
export function configGet(io: ConfigIo, key: string): number {
  const located = locateSetting(key);
  if (!located.ok) throw wrongName(located.reason);
  const entry = readSettings(io.path).entries.find(([name]) => name === located.path.join('.'));
  if (!entry) {
    io.warn(`${key} is not set`);
    return 1;
  }
  io.out(`${typeof entry[1] === 'string' ? entry[1] : JSON.stringify(entry[1])}\n`);
  return 0;
}

function wrongName(message: string): LlmError {
  return new LlmError({kind: 'usage', message, hint: 'See what is set: llm config list'});
}

/** `llm config set NAME VALUE…`: several values make a list. Throws as `writeSetting` does. */
export async function configSet(io: ConfigIo, key: string, words: readonly string[]): Promise<number> {
  for (const warning of await writeSetting(io, key, words)) io.warn(warning);
  return 0;
}

/** `llm config unset NAME`; status 1 when it was not set. Throws as `unsetSetting` does. */
export async function configUnset(io: ConfigIo, key: string): Promise<number> {
  const warnings = await unsetSetting(io, key);
  for (const warning of warnings ?? [`${key} was not set`]) io.warn(warning);
  return warnings ? 0 : 1;
}

/** `llm config path`: where the settings file is, whether it exists or not. */
export function configPath(io: ConfigIo): number {
  io.out(`${io.path}\n`);
  return 0;
}

/** `llm config edit`: the settings file in the person's editor; then what is wrong with it, status 2 if it is broken. */
export async function configEdit(io: ConfigIo): Promise<number> {
  for (const warning of await createSettingsFile(io)) io.warn(warning);
  const status = await runEditor(io.editor ?? 'vi', io.path);
  if (status !== 0) io.warn(`the editor ended with status ${status}`);
  for (const warning of readSettings(io.path).warnings) io.warn(warning);
  if (settingsFault(io.path) !== undefined) return 2;
  return status === 0 ? 0 : 1;
}

/** An editor is named by a command line (`code -w`), so a shell takes it apart. */
async function runEditor(editor: string, path: string): Promise<number> {
  const {spawn} = await import('node:child_process');
  const child =
    process.platform === 'win32'
      ? spawn(`${editor} "${path}"`, {stdio: 'inherit', shell: true})
      : spawn('/bin/sh', ['-c', `${editor} "$1"`, 'sh', path], {stdio: 'inherit'});
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', code => resolve(code ?? 1));
  });
}
