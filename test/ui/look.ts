import path from 'node:path';
import type {CodeNumbers} from '../../src/markdown/codeNumbers.ts';
import {createMarkdownStream, type MarkdownStream} from '../../src/markdown/markdownStream.ts';
import {loadRenderer} from '../../src/markdown/render.ts';
import {loadTheme} from '../../src/theme/loadTheme.ts';
import {createStyles, type Styles} from '../../src/ui/styles.ts';

const theme = loadTheme('default', [path.join(import.meta.dirname, '..', '..', 'themes')]);

/** The styles of the default theme without any colour, so that what is drawn can be read. */
export const plainStyles: Styles = createStyles(theme, 0);

/** Real markdown streams, without colours. */
export async function loadPlainMarkdown(): Promise<(width: number, numbers?: CodeNumbers) => MarkdownStream> {
  const render = (await loadRenderer())({theme, colorLevel: 0});
  return (width, numbers) => createMarkdownStream((piece, number) => render(piece, width, number), numbers);
}
