import wrapAnsi from 'wrap-ansi';
import {createMarkdownStream} from '../markdown/markdownStream.ts';
import {loadRenderer} from '../markdown/render.ts';
import {loadTheme} from '../theme/loadTheme.ts';
import {createStyles} from '../ui/styles.ts';
import {knownBackground, themeFolders} from './chooseTheme.ts';
import {describeTheme} from './createLooks.ts';
import type {Environment} from './environment.ts';
import {depthOf} from './loadLook.ts';

const answer = `## Reading a file

The function \`read\` is a **coroutine**; *wait* for it, or read [its page](https://docs.example.org).

- one line at a time
- all of it
  1. as text
  2. as bytes

| mode | reads | for |
| ---- | ----- | --- |
| \`r\`  | text  | notes |
| \`rb\` | bytes | images |

> A file that is not closed may lose its end.

\`\`\`python
# Count the lines that are not empty.
async def count(path: str, limit: int = 100) -> int:
    with open(path, "r") as lines:
        return min(limit, sum(1 for line in lines if line.strip()))
\`\`\`
`;

/** Columns of a preview at most; a wide terminal makes it no better. */
const widest = 79;

/**
 * Loads what draws a conversation as an example of a theme. The function returned takes a theme's name, and throws
 * `LlmError` (`usage`) when it cannot be had.
 */
export async function createPreview(
  environment: Environment,
  stdout: NodeJS.WriteStream,
): Promise<(name: string) => string> {
  const createRenderer = await loadRenderer();
  const {level, hyperlinks} = depthOf(environment, stdout);
  const width = Math.max(20, Math.min(widest, (stdout.columns ?? widest + 1) - 1));
  const wrap = (text: string): string => wrapAnsi(text, width, {hard: true});

  return name => {
    const loaded = loadTheme(name, themeFolders(environment));
    const background = loaded.appearance === 'any' ? knownBackground(environment) : loaded.appearance;
    const theme = loadTheme(name, themeFolders(environment), background);
    const styles = createStyles(theme, level);
    const render = createRenderer({theme, colorLevel: level, hyperlinks});
    const stream = createMarkdownStream(piece => render(piece, width));
    const title = `── ${name} (${describeTheme(theme, false)}) `;
    const lines = [
      styles.rule(title.padEnd(width, '─').slice(0, width)),
      '',
      wrap(`${styles.user('❯')} ${styles.strong('How do I read a file in Python?')}`),
      '',
      styles.thinking('∴ thought for 1.2 s'),
      '',
      stream.push(answer) + stream.end(),
      styles.dim(wrap('ollama/example · 85 ms to first token · 42 tok/s · 118 tokens')),
      '',
      styles.error(wrap('✗ ollama does not answer at 127.0.0.1:11434. Start it: ollama serve')),
      styles.warning(wrap('! the answer was cut at 200 tokens')),
      `${styles.success('✓')} copied to the clipboard`,
      `${styles.prompt('❯')} ${styles.text('/mo')}${styles.suggestion('del')}  ${styles.selection(' a selected row ')} a ${styles.match('match')}`,
      styles.status(wrap('ollama/example · 1,204 of 8,192 tokens · /help')),
      '',
      '',
    ];
    return lines.join('\n');
  };
}
