import {createMarkdownStream, type MarkdownStream} from '../markdown/markdownStream.ts';
import {loadRenderer} from '../markdown/render.ts';
import {type ColorLevel, colorLevel} from '../theme/colorLevel.ts';
import {showsHyperlinks} from '../theme/hyperlinks.ts';
import type {Theme} from '../theme/theme.ts';
import type {Environment} from './environment.ts';

/** How things look on this terminal. */
export type Look = {
  theme: Theme;
  level: ColorLevel;
  /** A stream of markdown at a width in columns. */
  markdown(width: number): MarkdownStream;
};

/** Loads what renders markdown, for a theme on this terminal. */
export async function loadLook(
  theme: Theme,
  {terminal}: Environment,
  stdout: NodeJS.WriteStream,
): Promise<Look> {
  const {noColor, forceColor, windowsTerminal, vteVersion, multiplexed} = terminal;
  const kind = {term: terminal.name, termProgram: terminal.program, windowsTerminal};
  const level = colorLevel({
    isTTY: Boolean(stdout.isTTY),
    noColor,
    forceColor,
    colorTerm: terminal.color,
    ...kind,
  });
  const hyperlinks =
    stdout.isTTY && level > 0 && !noColor && showsHyperlinks({...kind, vteVersion, multiplexed});
  const createRenderer = await loadRenderer();
  const render = createRenderer({theme, colorLevel: level, hyperlinks});
  return {theme, level, markdown: width => createMarkdownStream(piece => render(piece, width))};
}
