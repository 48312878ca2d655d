import type {ColorLevel} from '../theme/colorLevel.ts';
import {paint} from '../theme/paint.ts';
import type {Theme} from '../theme/theme.ts';
import {createRenderLines} from './blockRenderer.ts';
import type {NumberCode} from './codeNumbers.ts';
import {createHighlightLines} from './highlight.ts';
import {inlineExtension, terminalOptions} from './inline.ts';
import type {Piece} from './piece.ts';

export type RenderOptions = {
  theme: Theme;
  colorLevel: ColorLevel;
  /** Whether the terminal knows OSC 8, so that links can be clicked and need not show their address. */
  hyperlinks?: boolean;
};

/**
 * Writes a piece for a terminal of `width` columns. Every line ends with a newline and closes its own styles; pieces
 * one after the other are the document, with one blank line between its blocks. Prose is wrapped; lines of code are
 * written as they are, from the first column on and however long, so that copies of them are clean.
 *
 * `numberCode` is asked for the number of each fenced block that begins in the piece; without it there are none.
 */
export type Render = (piece: Piece, width: number, numberCode?: NumberCode) => string;

export type CreateRenderer = (options: RenderOptions) => Render;

/** Loads what rendering needs (marked-terminal and cli-highlight cost most of it), once; then all is synchronous. */
export async function loadRenderer(): Promise<CreateRenderer> {
  const [{Marked, Parser}, {markedTerminal}, {highlight}] = await Promise.all([
    import('marked'),
    import('marked-terminal'),
    import('./cliHighlight.ts'),
  ]);
  return ({theme, colorLevel, hyperlinks = false}) => {
    const inline = {theme, colorLevel, hyperlinks};
    const marked = new Marked(markedTerminal(terminalOptions(inline)), inlineExtension(inline));
    const parser = new Parser(marked.defaults);
    const renderLines = createRenderLines({
      inline: tokens => parser.parseInline(tokens),
      highlightLines: createHighlightLines(highlight, theme, colorLevel),
      dim: paint(theme.dim, colorLevel),
      text: paint(theme.text, colorLevel),
      quote: paint(theme.quote, colorLevel),
      rule: paint(theme.rule, colorLevel),
      bullet: paint(theme.bullet, colorLevel),
      checkbox: paint(theme.checkbox, colorLevel),
      border: paint(theme.border, colorLevel),
      tableHeader: paint(theme.tableHeader, colorLevel),
      math: paint(theme.math, colorLevel),
      heading: depth => paint(headingStyle(theme, depth), colorLevel),
      // Without styles, the marks are what tells a heading from a line of text.
      headingMark: depth => (colorLevel === 0 ? `${'#'.repeat(depth)} ` : ''),
    });
    return (piece, width, numberCode = () => undefined) => {
      const body = renderLines(piece, width, numberCode);
      return (piece.gap ? '\n' : '') + body.map(line => `${line}\n`).join('');
    };
  };
}

function headingStyle(theme: Theme, depth: number): Theme['heading'] {
  if (depth === 1) return {...theme.heading, underline: true};
  return depth === 2 ? theme.heading : {...theme.heading, italic: true};
}
