import {createMarkdownStream, type MarkdownStream} from '../markdown/markdownStream.ts';
import {loadRenderer} from '../markdown/render.ts';
import {type ColorLevel, colorLevel} from '../theme/colorLevel.ts';
import {loadTheme} from '../theme/loadTheme.ts';
import type {Theme} from '../theme/theme.ts';
import type {Services} from './createServices.ts';

/** How things look on this terminal. */
export type Look = {
  theme: Theme;
  level: ColorLevel;
  /** A stream of markdown at a width in columns. */
  markdown(width: number): MarkdownStream;
};

/** Loads the theme of the settings and what renders markdown. Throws `LlmError` (`usage`) for an unknown theme. */
export async function loadLook(services: Services, stdout: NodeJS.WriteStream): Promise<Look> {
  const {environment, settings} = services;
  const {paths, terminal, variables} = environment;
  const theme = loadTheme(variables.LLM_THEME ?? settings.theme ?? 'default', [
    paths.themes,
    paths.builtInThemes,
  ]);
  const level = colorLevel({
    isTTY: Boolean(stdout.isTTY),
    noColor: terminal.noColor ? '1' : undefined,
    colorTerm: terminal.color,
    term: terminal.name,
  });
  const createRenderer = await loadRenderer();
  const render = createRenderer({theme, colorLevel: level});
  return {theme, level, markdown: width => createMarkdownStream(piece => render(piece, width))};
}
