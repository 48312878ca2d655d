import type {SettingsPort} from '../../src/commands/command.ts';

/** Settings that are kept for as long as they live. */
export function fakeSettings(set: Readonly<Record<string, unknown>> = {}): SettingsPort {
  const values = new Map<string, unknown>(Object.entries(set));
  return {
    list: () => [...values].map(([key, value]) => ({key, value})),
    names: () => [],
    async set(key, words) {
      values.set(key, words[0]);
      return words[0];
    },
    async unset(key) {
      values.delete(key);
    },
  };
}
