import {Marked} from 'marked';
import {neutralise} from '../core/neutralise.ts';
import {terminalSafeJson} from '../core/terminalSafeJson.ts';

/**
 * The lines of a markdown export that a program reads: HTML comments, which no viewer shows. A text stands as it is
 * between the line that begins its block and the one that ends it.
 */
export type Marker = {name: string; fields: Readonly<Record<string, unknown>>};

const markerLine = /^<!-- llm:([a-z]+)(?: (\{.*\}))? -->$/;

/** A marker as a line. `>` is escaped in it, so that nothing ends the comment early. */
export function writeMarker(name: string, fields: object = {}): string {
  const json = terminalSafeJson(fields).replaceAll('>', '\\u003e');
  return `<!-- llm:${name}${json === '{}' ? '' : ` ${json}`} -->`;
}

/** The marker that a line is; undefined for every other line. */
export function parseMarker(line: string): Marker | undefined {
  const match = markerLine.exec(line);
  if (!match) return undefined;
  try {
    return {name: match[1] ?? '', fields: match[2] === undefined ? {} : JSON.parse(match[2])};
  } catch {
    return undefined;
  }
}

/** The kinds of text that are shown; thinking is shown inside a fold, whose end it must not write. */
export type BlockName = 'text' | 'thinking';

/** A text as a page may show it. It loses nothing for most texts; where it does, the block's marker has the text. */
export function shownText(name: BlockName, text: string): string {
  const harmless = neutralise(text.toWellFormed());
  return name === 'thinking' ? harmless.replace(/<(?=\/?(?:details|summary)\b)/gi, '&lt;') : harmless;
}

/** A text between its two markers. */
export function writeBlock(name: BlockName, text: string): string {
  const shown = shownText(name, text);
  const closing = closingOf(shown);
  return writeLines(name, closing === '' ? shown : `${shown}\n${closing}`, {
    ...(closing !== '' && {closed: true}),
    ...(shown !== text && (withCarriageReturns(shown) === text ? {eol: 'crlf'} : {exact: text})),
  });
}

/** Any lines between two markers; the first names the second where a line looks like the usual one. */
export function writeLines(name: string, body: string, fields: object): string {
  const lines = new Set(body.split('\n'));
  let end = 'end';
  while (lines.has(writeMarker(end))) end += 'x';
  return [writeMarker(name, {...fields, ...(end !== 'end' && {end})}), body, writeMarker(end)].join('\n');
}

/** The name of the marker that ends what a marker begins. */
export function endOf({fields}: Marker): string {
  return typeof fields.end === 'string' ? fields.end : 'end';
}

/** The text that `writeBlock` was given, out of what stands between its markers, which a person may have changed. */
export function readBlock(name: BlockName, lines: readonly string[], {fields}: Marker): string {
  const shown = (fields.closed === true ? lines.slice(0, -1) : lines).join('\n');
  if (fields.eol === 'crlf') return withCarriageReturns(shown);
  return typeof fields.exact === 'string' && shownText(name, fields.exact) === shown ? fields.exact : shown;
}

function withCarriageReturns(text: string): string {
  return text.replaceAll('\n', '\r\n');
}

/**
 * The line that closes what a text leaves open at its end (a fence or a comment of a cut answer), so that it cannot
 * swallow what comes after it; empty for most texts.
 */
export function closingOf(text: string): string {
  // An instance of its own: the shared one may carry what a renderer has set.
  const last = new Marked()
    .lexer(text)
    .filter(token => token.type !== 'space')
    .at(-1);
  if (last?.type === 'html') return missingEnd(last.raw);
  const fence = last?.type === 'code' ? /^ {0,3}(`{3,}|~{3,})/.exec(last.raw)?.[1] : undefined;
  if (last === undefined || fence === undefined) return '';
  const lines = last.raw.trimEnd().split('\n');
  const end = new RegExp(`^ {0,3}${fence.charAt(0)}{${fence.length},}[ \\t]*$`);
  return lines.length > 1 && end.test(lines.at(-1) ?? '') ? '' : fence;
}

/** The kinds of HTML block that a blank line does not end: https://spec.commonmark.org/0.31.2/#html-blocks */
function missingEnd(html: string): string {
  const tag = /^\s*<(script|pre|style|textarea)\b/i.exec(html)?.[1];
  if (tag) return html.toLowerCase().includes(`</${tag.toLowerCase()}>`) ? '' : `</${tag}>`;
  if (/^\s*<!--/.test(html)) return html.includes('-->') ? '' : '-->';
  if (/^\s*<\?/.test(html)) return html.includes('?>') ? '' : '?>';
  if (/^\s*<!\[CDATA\[/.test(html)) return html.includes(']]>') ? '' : ']]>';
  return '';
}
