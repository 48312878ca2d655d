import {Marked, type RendererObject, type Tokens} from 'marked';
import {neutralise, neutraliseLine} from '../core/neutralise.ts';

/** A piece of code of one kind; without a kind it looks like plain text. */
export type CodeRun = {text: string; kind?: string};

/** Takes code apart into lines of runs. `info` is what the fence says of its language. */
export type HtmlCode = (code: string, info: string) => readonly (readonly CodeRun[])[];

/** A text in HTML, between tags as well as in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** Character references of markdown stay what they stand for; every other `&` is itself. */
function escapeText(text: string): string {
  return escapeHtml(text).replace(/&amp;(#\d{1,7}|#[Xx][\dA-Fa-f]{1,6}|[A-Za-z][\dA-Za-z]{1,31});/g, '&$1;');
}

/** Only these addresses become links; in particular none that runs something. */
const linked = /^(?:https?:\/\/|mailto:)/i;

/** List items indented further than anyone writes: marked's time grows with the square of the depth of a list. */
const tooDeep = /^[ \t]{200,}(?:[*+-]|\d{1,9}[.)])[ \t]/m;

/**
 * A function that makes HTML of markdown. Every tag of its result is one of ours: HTML in the text is shown as text,
 * images become links, and links go to web and mail addresses only.
 */
export function createMarkdownToHtml(highlight: HtmlCode): (text: string) => string {
  const marked = new Marked();
  marked.use({renderer: renderer(highlight)});
  return text => {
    const source = neutralise(text);
    try {
      if (!tooDeep.test(source)) return marked.parse(source, {async: false});
    } catch {
      // Nested deeper than the parser can go.
    }
    return `<pre class="plain">${escapeHtml(source)}</pre>\n`;
  };
}

function renderer(highlight: HtmlCode): RendererObject {
  return {
    html: ({text, block}) =>
      block ? `<pre class="plain">${escapeHtml(text.trimEnd())}</pre>\n` : escapeHtml(text),
    text: function (token) {
      return 'tokens' in token && token.tokens
        ? this.parser.parseInline(token.tokens)
        : escapeText(token.text);
    },
    codespan: ({text}) => `<code>${escapeHtml(text)}</code>`,
    code: ({text, lang = ''}) => codeBlock(text, lang, highlight),
    // The page has a title, and each turn a heading.
    heading: function ({tokens, depth}) {
      const level = Math.min(6, depth + 2);
      return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>\n`;
    },
    checkbox: ({checked}) => (checked ? '☑ ' : '☐ '),
    link: function ({href, tokens}) {
      const text = this.parser.parseInline(tokens);
      return anchor(href, text) ?? `${text} (${escapeText(href)})`;
    },
    image: ({href, text}: Tokens.Image) => {
      const label = `[image: ${escapeText(neutraliseLine(text))}]`;
      return anchor(href, label) ?? `${label} (${escapeText(href)})`;
    },
    table: function ({header, rows}) {
      const row = (cells: readonly Tokens.TableCell[], tag: 'th' | 'td'): string => {
        const inner = cells.map(({tokens, align}) => {
          const aligned = align ? ` class="${align}"` : '';
          return `<${tag}${aligned}>${this.parser.parseInline(tokens)}</${tag}>`;
        });
        return `<tr>${inner.join('')}</tr>`;
      };
      const body = rows.map(cells => row(cells, 'td')).join('\n');
      return `<div class="table"><table>\n<thead>${row(header, 'th')}</thead>\n<tbody>${body}</tbody>\n</table></div>\n`;
    },
  };
}

function anchor(href: string, text: string): string | undefined {
  const address = href.replaceAll('&amp;', '&');
  return linked.test(address)
    ? `<a href="${escapeHtml(address)}" rel="noreferrer noopener">${text}</a>`
    : undefined;
}

function codeBlock(code: string, info: string, highlight: HtmlCode): string {
  const lines = highlight(code, info).map(runs =>
    runs
      .map(({text, kind}) =>
        kind === undefined
          ? escapeHtml(text)
          : `<span class="code-${escapeHtml(kind)}">${escapeHtml(text)}</span>`,
      )
      .join(''),
  );
  const language = /^\s*([^\s,{]{1,40})/.exec(info)?.[1] ?? '';
  const caption = language === '' ? '' : `<figcaption>${escapeText(language)}</figcaption>`;
  return `<figure class="code">${caption}<pre><code>${lines.join('\n')}</code></pre></figure>\n`;
}
