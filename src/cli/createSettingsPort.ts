import type {SettingsPort} from '../commands/command.ts';
import type {Services} from './createServices.ts';
import {readSettings, unsetSetting, writeSetting} from './settings.ts';
import {locateSetting, settingNames} from './settingsSchema.ts';

/**
 * The settings file, for the slash commands. What is written counts from the next start on: this run has read its
 * settings already.
 */
export function createSettingsPort({environment}: Services): SettingsPort {
  const {config: path, home, themes, builtInThemes} = environment.paths;
  const list: SettingsPort['list'] = () => readSettings(path).entries.map(([key, value]) => ({key, value}));
  return {
    list,
    names: settingNames,
    async set(key, words) {
      const located = locateSetting(key);
      const name = located.ok ? located.path.join('.') : key;
      const many = located.ok && (located.rule.kind === 'strings' || name === 'options.stop');
      const values = words.length === 1 ? read(words[0] ?? '', many) : words;
      if (name === 'theme') {
        // A theme is known only by its file.
        const {loadTheme} = await import('../theme/loadTheme.ts');
        loadTheme(values.join(' '), [themes, builtInThemes]);
      }
      await writeSetting({path, home}, key, values);
      return list().find(entry => entry.key === name)?.value;
    },
    async unset(key) {
      await unsetSetting({path, home}, key);
    },
  };
}

/** What was typed behind a name: a list of words, those in quotes as one; or one text, its quotes taken off. */
function read(typed: string, many: boolean): string[] {
  const quoted = /^(["'])([^"']*)\1$/.exec(typed);
  if (!many || quoted) return [quoted?.[2] ?? typed];
  const words = typed.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g);
  return [...words].map(([, one, other, word]) => one ?? other ?? word ?? '');
}
