import {describeError, toLlmError} from '../core/errors.ts';
import {type Background, readColorFgBg} from '../theme/background.ts';
import {loadThemeFor} from '../theme/loadTheme.ts';
import type {Theme} from '../theme/theme.ts';
import type {Services} from './createServices.ts';
import type {Environment} from './environment.ts';

export type ChosenTheme = {
  /** As it was asked for; `theme` may be its counterpart for the terminal's background. */
  name: string;
  theme: Theme;
  warning?: string;
};

/** The theme of the environment or the settings; the default one, with a warning, when that cannot be had. */
export function chooseTheme({
  environment,
  settings,
}: Pick<Services, 'environment' | 'settings'>): ChosenTheme {
  const name = environment.variables.LLM_THEME ?? settings.theme ?? 'default';
  const load = (each: string): Theme =>
    loadThemeFor(each, themeFolders(environment), knownBackground(environment)).theme;
  try {
    return {name, theme: load(name)};
  } catch (thrown) {
    // How things look must never keep anybody from talking.
    return {name: 'default', theme: load('default'), warning: describeError(toLlmError(thrown, 'usage'))};
  }
}

/** The folders of themes: the person's own goes first. */
export function themeFolders({paths}: Environment): readonly string[] {
  return [paths.themes, paths.builtInThemes];
}

/** The terminal's background as far as the environment tells. */
export function knownBackground({variables}: Environment): Background | undefined {
  return readColorFgBg(variables.COLORFGBG);
}
