import type {SettingsPort} from '../commands/command.ts';
import {LlmError} from '../core/errors.ts';
import type {Services} from './createServices.ts';

/** The settings file, for the slash commands. */
export function createSettingsPort(_services: Services): SettingsPort {
  return {
    list: () => [],
    names: () => [],
    async set(key) {
      throw new LlmError({kind: 'usage', message: `cannot set ${key}`});
    },
    async unset() {},
  };
}
