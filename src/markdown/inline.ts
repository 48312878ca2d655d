import type {MarkedExtension, Tokens} from 'marked';
import type {TerminalOptions} from 'marked-terminal';
import {neutralise, neutraliseLine} from '../core/neutralise.ts';
import type {ColorLevel} from '../theme/colorLevel.ts';
import {paint} from '../theme/paint.ts';
import type {Theme} from '../theme/theme.ts';
import {decodeEntities} from './entities.ts';
import {closeLink, openLink} from './sgr.ts';

export type InlineOptions = {theme: Theme; colorLevel: ColorLevel; hyperlinks: boolean};

/** How marked-terminal paints what it paints well; emoji names and entities are not its business. */
export function terminalOptions({theme, colorLevel}: InlineOptions): TerminalOptions {
  const struck = paint(theme.strikethrough, colorLevel);
  return {
    strong: paint(theme.strong, colorLevel),
    em: paint(theme.emphasis, colorLevel),
    // Without styles, the marks are what says that it is gone.
    del: colorLevel === 0 ? text => `~~${text}~~` : struck,
    emoji: false,
    unescape: false,
    showSectionPrefix: false,
  };
}

/**
 * What stands inside a line, where marked-terminal 7 goes wrong: entities, colons in code, links that depend on
 * the environment, `<br>`.
 */
export function inlineExtension({theme, colorLevel, hyperlinks}: InlineOptions): MarkedExtension {
  const code = paint(theme.codespan, colorLevel);
  const linkPaint = paint(theme.link, colorLevel);
  const dim = paint(theme.dim, colorLevel);
  const math = paint(theme.math, colorLevel);
  return {
    extensions: [{name: 'math', renderer: token => math(neutralise(token.raw))}],
    renderer: {
      text(token) {
        return 'tokens' in token && token.tokens
          ? this.parser.parseInline(token.tokens)
          : plainInline(token.text);
      },
      codespan: ({text}) => code(neutralise(text)),
      br: () => '\n',
      checkbox: () => '',
      html: ({text}) => (/^<br\s*\/?>$/i.test(text) ? '\n' : dim(neutralise(text))),
      image({href, text, tokens}) {
        const alt = tokens ? this.parser.parseInline(tokens, this.parser.textRenderer) : text;
        return `[image: ${neutraliseLine(decodeEntities(alt))}] ${linkPaint(target(href))}`;
      },
      link({href, tokens}) {
        const text = this.parser.parseInline(tokens);
        const url = target(href);
        if (hyperlinks && mayOpen(url)) {
          return openLink(encodeForTerminal(url)) + linkPaint(text) + closeLink;
        }
        const shown = plainText(tokens);
        const same = url === '' || shown === url || url === `mailto:${shown}` || url === `http://${shown}`;
        return same ? linkPaint(text) : `${linkPaint(text)} (${url})`;
      },
    },
  };
}

/** A text between markup, decoded and harmless. */
export function plainInline(text: string): string {
  return neutralise(decodeEntities(text));
}

function plainText(tokens: Tokens.Link['tokens']): string {
  return tokens.map(token => ('text' in token ? String(token.text) : token.raw)).join('');
}

/** The address of a link, harmless and on one line. */
function target(href: string): string {
  return neutraliseLine(decodeEntities(href)).replaceAll(' ', '%20');
}

/** Only such addresses are made clickable; a click must not start a program or open a local file. */
function mayOpen(url: string): boolean {
  return /^(?:https?:\/\/|mailto:|ftp:\/\/)/i.test(url) && url.length <= 2000;
}

/** OSC 8 allows the printable characters of ASCII only. */
function encodeForTerminal(url: string): string {
  return url.replace(/[^\x21-\x7e]+/gu, part => encodeURIComponent(part.toWellFormed()));
}
