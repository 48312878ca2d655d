import {describeError, toLlmError} from '../core/errors.ts';
import {loadTheme} from '../theme/loadTheme.ts';
import type {Theme} from '../theme/theme.ts';
import type {Services} from './createServices.ts';

/** The theme of the environment or the settings; the default one, with a warning, when that cannot be had. */
export function chooseTheme({environment, settings}: Services): {theme: Theme; warning?: string} {
  const {paths, variables} = environment;
  const folders = [paths.themes, paths.builtInThemes];
  try {
    return {theme: loadTheme(variables.LLM_THEME ?? settings.theme ?? 'default', folders)};
  } catch (thrown) {
    // How things look must never keep anybody from talking.
    return {theme: loadTheme('default', folders), warning: describeError(toLlmError(thrown, 'usage'))};
  }
}
