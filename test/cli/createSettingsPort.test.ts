import {readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {createSettingsPort} from '../../src/cli/createSettingsPort.ts';
import {locateSetting} from '../../src/cli/settingsSchema.ts';
import {scriptedServices} from './fakeServices.ts';

function settingsPort() {
  const {services} = scriptedServices();
  const file = (): unknown => JSON.parse(readFileSync(services.environment.paths.config, 'utf8'));
  return {port: createSettingsPort(services), file};
}

describe('the settings for the slash commands', () => {
  it('names only what can be set', () => {
    const names = settingsPort().port.names();
    for (const name of names) {
      const located = locateSetting(name.replace(/[A-Z]{2,}/, 'mine'));
      expect([name, located.ok]).toEqual([name, true]);
    }
    expect(names).toEqual(
      expect.arrayContaining(['model', 'options.seed', 'timeouts.idle', 'alias.NAME', 'backends.ID.baseUrl']),
    );
    expect(new Set(names).size).toBe(names.length);
  });

  it('writes, lists and takes away', async () => {
    const {port, file} = settingsPort();
    expect(port.list()).toEqual([]);
    expect(await port.set('options.seed', ['7'])).toBe(7);
    expect(await port.set('alias.fast', ['ollama/gemma'])).toBe('ollama/gemma');
    expect(port.list()).toEqual([
      {key: 'options.seed', value: 7},
      {key: 'alias.fast', value: 'ollama/gemma'},
    ]);
    await port.unset('options.seed');
    expect(file()).toEqual({alias: {fast: 'ollama/gemma'}});
  });

  it.each([
    ['system', ['Be  brief,\nplease'], 'Be  brief,\nplease'],
    ['system', ['"Be brief"'], 'Be brief'],
    ['system', ['Say "no"'], 'Say "no"'],
    ['options.stop', ['END "two words"'], ['END', 'two words']],
    ['options.stop', ['"two words"'], ['two words']],
    ['options.num-ctx', ['4096'], 4096],
    ['backends.ollama.enabled', ['false'], false],
    ['theme', ['nord'], 'nord'],
  ])('reads %s as typed: %j', async (key, words, value) => {
    const {port} = settingsPort();
    expect(await port.set(key, words)).toEqual(value);
  });

  it.each([
    ['options.seed', 'warm', /whole number/],
    ['optoins.seed', '1', /did you mean "options\.seed"/],
    ['theme', 'no-such-theme', /no-such-theme/],
  ])('refuses %s %s, and writes nothing', async (key, value, message) => {
    const {port} = settingsPort();
    await expect(port.set(key, [value])).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(message),
    });
    expect(port.list()).toEqual([]);
  });
});
