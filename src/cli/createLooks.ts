import {dirname} from 'node:path';
import type {Looks} from '../commands/command.ts';
import {loadTheme, surveyThemes, type ThemeFile} from '../theme/loadTheme.ts';
import type {Theme} from '../theme/theme.ts';
import type {Look} from '../ui/createLook.ts';
import {themeFolders} from './chooseTheme.ts';
import type {Services} from './createServices.ts';
import type {Environment} from './environment.ts';
import {writeSetting} from './settings.ts';

/** The look of the chat; where nothing is drawn it has only names. */
type SeenLook = Pick<Look, 'name' | 'use'> & Partial<Pick<Look, 'shownFor' | 'markdown'>>;

/** A little of everything that is seen most, the most telling first: a low terminal shows four lines of it. */
const example = `**Bold**, *soft*, \`code\` and [a link](https://example.org)

\`\`\`ts
// Count the lines that are not empty.
const count = lines.filter(line => line !== "").length + 1;
\`\`\`

## A heading

- an item
- [x] a task

> A quoted sentence.
`;

/** How the chat looks, for the slash commands. */
export function createLooks({environment}: Pick<Services, 'environment'>, look: SeenLook): Looks {
  const {paths} = environment;
  let known: readonly ThemeFile[] = [];
  /** Drawn for each frame of the list, and changed by another theme or width only. */
  let drawn: {key: string; lines: readonly string[]} = {key: '', lines: []};
  const survey = (): readonly ThemeFile[] => {
    known = surveyThemes(themeFolders(environment));
    return known;
  };
  return {
    themes: () => survey().flatMap(file => ('theme' in file ? [file.name] : [])),
    describe(name) {
      // What was just listed is described without reading every file again.
      const file = known.find(each => each.name === name) ?? survey().find(each => each.name === name);
      if (!file || !('theme' in file)) return '';
      const shown = look.shownFor?.(name) ?? name;
      const instead = shown === name ? '' : ` · shows as ${shown} here`;
      return describeTheme(file.theme, isOwn(file, environment)) + instead;
    },
    faults: () => survey().flatMap(file => ('fault' in file ? [file.fault] : [])),
    sample(columns) {
      const key = `${look.name()} ${columns}`;
      if (drawn.key === key) return drawn.lines;
      const stream = look.markdown?.(() => columns);
      const text = stream ? stream.push(example) + stream.end() : '';
      drawn = {key, lines: text.split('\n').filter(line => line !== '')};
      return drawn.lines;
    },
    current: look.name,
    use: look.use,
    async keep(name) {
      await writeSetting({path: paths.config, home: paths.home}, 'theme', [name]);
    },
  };
}

/** What stands for a look where nothing is drawn in colours: only the name is kept, for the next time. */
export function createUnseenLook(name: string, environment: Environment): Pick<Look, 'name' | 'use'> {
  let current = name;
  return {
    name: () => current,
    use(next) {
      loadTheme(next, themeFolders(environment));
      current = next;
    },
  };
}

/** Whether a theme file is the person's own. */
export function isOwn({path}: ThemeFile, {paths}: Environment): boolean {
  return dirname(path) === paths.themes;
}

/** A theme in a few words: the background it is made for, and whether it is the person's own. */
export function describeTheme({appearance}: Theme, own: boolean): string {
  const made = appearance === 'any' ? 'any background' : appearance;
  return own ? `${made}, yours` : made;
}
