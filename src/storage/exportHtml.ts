import {activePath, type Conversation, type MessageNode} from '../core/conversation.ts';
import {describeFigures, formatDuration} from '../core/figures.ts';
import type {Attachment} from '../core/message.ts';
import {neutralise, neutraliseLine} from '../core/neutralise.ts';
import {createMarkdownToHtml, escapeHtml, type HtmlCode} from './exportHtmlMarkdown.ts';
import {pageStyle} from './exportHtmlStyle.ts';

/** CSS declarations by the class that they are for: `text`, `heading`, `code-keyword` … */
export type HtmlClasses = Readonly<Record<string, string>>;

/** How a page looks, as plain data. With both, it follows whoever reads it. */
export type HtmlLook = {
  light?: HtmlClasses;
  dark?: HtmlClasses;
  /** Takes code apart into lines of runs; a run's kind is the class `code-<kind>`. */
  highlight: HtmlCode;
};

/** Kinds of images that a browser only draws. An SVG is a document, so it is left out. */
const drawnImages = /^image\/(?:png|jpeg|gif|webp|avif|bmp)$/;

/** Nothing is loaded from anywhere and nothing runs, whatever the texts hold. */
const policy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/**
 * The active path of a conversation as one HTML page that needs no other file: no scripts, nothing loaded. Texts are
 * rendered as markdown; HTML in them is shown, never used.
 */
export function exportHtml(conversation: Conversation, look: HtmlLook): string {
  return [...exportHtmlPage([conversation], look)].join('');
}

/**
 * Conversations one after the other on one such page, piece by piece.
 *
 * @param pageTitle for the window; that of the conversation unless given
 */
export function* exportHtmlPage(
  conversations: Iterable<Conversation>,
  look: HtmlLook,
  pageTitle?: string,
): Generator<string> {
  const markdown = createMarkdownToHtml(look.highlight);
  let isOpen = false;
  for (const conversation of conversations) {
    const title = escapeHtml(neutraliseLine(conversation.title)) || 'A conversation';
    if (!isOpen) yield pageTop(pageTitle ?? title, look);
    isOpen = true;
    const turns = activePath(conversation).map(node => turn(node, markdown));
    yield [head(conversation, title), ...turns, ''].join('\n');
  }
  if (!isOpen) yield pageTop(pageTitle ?? 'Conversations', look);
  yield '</main>\n</body>\n</html>\n';
}

function pageTop(title: string, look: HtmlLook): string {
  const lines = [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    '<meta name="generator" content="llm">',
    `<title>${title}</title>`,
    `<style>\n${pageStyle(look)}\n</style>`,
    '</head>',
    '<body>',
    '<main>',
  ];
  return `${lines.join('\n')}\n`;
}

function head({model, created, system}: Conversation, title: string): string {
  const day = new Date(created).toISOString();
  const name = escapeHtml(neutraliseLine(model));
  const facts = `${name && `${name} · `}<time datetime="${day}">${day.slice(0, 10)}</time>`;
  const lines = [`<h1 dir="auto">${title}</h1>`, `<p class="figures">${facts}</p>`];
  if (system) lines.push(fold('thinking', 'System prompt', `<pre class="plain">${plain(system)}</pre>`));
  return `<header>\n${lines.join('\n')}\n</header>`;
}

function turn(node: MessageNode, markdown: (text: string) => string): string {
  const {role, text, reasoning, timing} = node;
  const lines = [`<h2 class="who">${role === 'user' ? 'You' : 'Assistant'}</h2>`];
  if (reasoning) {
    const time = timing?.reasoningMs === undefined ? '' : ` for ${formatDuration(timing.reasoningMs)}`;
    lines.push(fold('thinking', `Thought${time}`, markdown(reasoning)));
  }
  if (text.trim() !== '') {
    // A prompt is shown as it was typed: its line breaks were meant.
    lines.push(
      role === 'user'
        ? `<pre class="plain" dir="auto">${plain(text)}</pre>`
        : `<div class="answer" dir="auto">\n${markdown(text)}</div>`,
    );
  }
  for (const attachment of node.attachments ?? []) lines.push(attached(attachment));
  if (node.error) {
    lines.push(`<p class="failure">${escapeHtml(neutraliseLine(node.error.message))}</p>`);
  }
  if (role === 'assistant') {
    lines.push(`<p class="figures">${escapeHtml(neutraliseLine(describeFigures(node)))}</p>`);
  }
  return `<article class="${role}">\n${lines.join('\n')}\n</article>`;
}

function attached(attachment: Attachment): string {
  const name = escapeHtml(neutraliseLine(attachment.name));
  if (attachment.kind === 'text') {
    return fold('attachment', name, `<pre><code>${plain(attachment.text)}</code></pre>`);
  }
  if (!drawnImages.test(attachment.mediaType)) return `<p class="figures">${name} (not shown)</p>`;
  const data = Buffer.from(attachment.data).toString('base64');
  return `<figure class="image"><img alt="${name}" src="data:${attachment.mediaType};base64,${data}"><figcaption>${name}</figcaption></figure>`;
}

function fold(kind: string, summary: string, content: string): string {
  return `<details class="${kind}">\n<summary>${summary}</summary>\n<div dir="auto">${content}</div>\n</details>`;
}

function plain(text: string): string {
  return escapeHtml(neutralise(text));
}
