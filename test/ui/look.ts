import path from 'node:path';
import {createMarkdownStream, type MarkdownStream} from '../../src/markdown/markdownStream.ts';
import {loadRenderer} from '../../src/markdown/render.ts';
import {loadTheme} from '../../src/theme/loadTheme.ts';
import {createStyles, type Styles} from '../../src/ui/styles.ts';

const theme = loadTheme('default', [path.join(import.meta.dirname, '..', '..', 'themes')]);

/** The styles of the default theme without any colour, so that what is drawn can be read. */
export const plainStyles: Styles = createStyles(theme, 0);

/** Real markdown streams, without colours. */
export async function loadPlainMarkdown(): Promise<(width: number) => MarkdownStream> {
  const render = (await loadRenderer())({theme, colorLevel: 0});
  return width => createMarkdownStream(piece => render(piece, width));
}
