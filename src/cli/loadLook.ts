import {createMarkdownStream, type MarkdownStream} from '../markdown/markdownStream.ts';
import {loadRenderer} from '../markdown/render.ts';
import {type ColorLevel, colorLevel} from '../theme/colorLevel.ts';
import {showsHyperlinks} from '../theme/hyperlinks.ts';
import {loadThemeFor} from '../theme/loadTheme.ts';
import type {Theme} from '../theme/theme.ts';
import {createLook, type Look} from '../ui/createLook.ts';
import {knownBackground, themeFolders} from './chooseTheme.ts';
import type {Environment} from './environment.ts';

/** What the terminal that is written to can show. */
export type Depth = {level: ColorLevel; hyperlinks: boolean};

/** Finds out what the terminal that is written to can show. */
export function depthOf({terminal}: Environment, stdout: NodeJS.WriteStream): Depth {
  const {noColor, forceColor, windowsTerminal, vteVersion, multiplexed} = terminal;
  const kind = {term: terminal.name, termProgram: terminal.program, windowsTerminal};
  const isTTY = Boolean(stdout.isTTY);
  const level = colorLevel({isTTY, noColor, forceColor, colorTerm: terminal.color, ...kind});
  const hyperlinks = isTTY && level > 0 && !noColor && showsHyperlinks({...kind, vteVersion, multiplexed});
  return {level, hyperlinks};
}

/** Loads what renders markdown, for one theme on this terminal. */
export async function loadLook(
  theme: Theme,
  environment: Environment,
  stdout: NodeJS.WriteStream,
): Promise<{theme: Theme; level: ColorLevel; markdown(width: () => number): MarkdownStream}> {
  const {level, hyperlinks} = depthOf(environment, stdout);
  const createRenderer = await loadRenderer();
  const render = createRenderer({theme, colorLevel: level, hyperlinks});
  return {theme, level, markdown: width => createMarkdownStream(piece => render(piece, width()))};
}

/** Loads the look of the chat, whose theme may change. `name` is a theme that can be loaded. */
export async function loadChatLook(
  name: string,
  environment: Environment,
  stdout: NodeJS.WriteStream,
): Promise<Look> {
  return createLook({
    name,
    background: knownBackground(environment),
    load: (each, background) => loadThemeFor(each, themeFolders(environment), background),
    ...depthOf(environment, stdout),
    createRenderer: await loadRenderer(),
  });
}
