import type {Conversation, MessageNode} from '../core/conversation.ts';
import {LlmError} from '../core/errors.ts';
import type {Attachment} from '../core/message.ts';
import {thinkLevels} from '../core/options.ts';
import {endOf, type Marker, parseMarker, readBlock, shownText} from './exportBlocks.ts';
import {isRecord, readMessageFields, readOptions, readShortened} from './exportFields.ts';
import {markdownFormat} from './exportMarkdown.ts';

/**
 * The conversation in a markdown export: what `exportMarkdown` was given, as far as its active path goes. Texts that a
 * person has changed in the file are taken as they are now.
 *
 * @param where names the file in messages
 * @throws LlmError (kind `file`) that names the line
 */
export function readMarkdownExport(source: string, where: string): Conversation {
  // Exports have bare newlines; an editor may have put others.
  const lines = source
    .replace(/^\ufeff/, '')
    .replaceAll('\r\n', '\n')
    .split('\n');
  const {front, end} = readFrontMatter(lines, where);
  const nodes = readMessages(lines, end, where);
  const {id, title, model, created, updated, system, options, think, shortened} = front;
  if (typeof id !== 'string' || id === '') throw broken(where, 1, 'the front matter names no id');
  const level = thinkLevels.find(each => each === think);
  const cut = readShortened(shortened, new Set(nodes.map(node => node.id)));
  const at = timeOf(created) ?? 0;
  return {
    id,
    title: typeof title === 'string' ? title : '',
    created: at,
    updated: timeOf(updated) ?? at,
    model: typeof model === 'string' ? model : '',
    ...(typeof system === 'string' && {system}),
    options: isRecord(options) ? readOptions(options) : {},
    ...(level && {think: level}),
    ...(cut && {shortened: cut}),
    nodes: new Map(nodes.map(node => [node.id, node])),
    head: nodes.at(-1)?.id ?? null,
  };
}

function readFrontMatter(
  lines: readonly string[],
  where: string,
): {front: Readonly<Record<string, unknown>>; end: number} {
  const end = lines[0] === '---' ? lines.indexOf('---', 1) : -1;
  const front = Object.fromEntries(
    lines.slice(1, Math.max(1, end)).flatMap(line => {
      const [, key, value] = /^(\w+):\s*(.*)$/.exec(line) ?? [];
      return key === undefined ? [] : [[key, jsonOrText(value ?? '')]];
    }),
  );
  if (String(front.format).split(' ')[0] !== markdownFormat) {
    throw new LlmError({
      kind: 'file',
      message: `${where}: this is no conversation that llm exported`,
      hint: 'Its front matter would say so, in the first lines',
    });
  }
  return {front, end};
}

/** Programs that tidy up front matter take quotes away where YAML needs none. */
function jsonOrText(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value.trim();
  }
}

function timeOf(value: unknown): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

function readMessages(lines: readonly string[], start: number, where: string): MessageNode[] {
  const nodes: MessageNode[] = [];
  const ids = new Set<string>();
  for (let at = start; at < lines.length; at++) {
    const marker = parseMarker(lines[at] ?? '');
    if (!marker) continue;
    if (marker.name === 'message') {
      const fields = readMessageFields(marker.fields);
      if (!fields) throw broken(where, at + 1, 'this message has no role or no id');
      if (ids.has(fields.id)) throw broken(where, at + 1, 'there are two messages with this id');
      ids.add(fields.id);
      nodes.push({...fields, parent: nodes.at(-1)?.id ?? null, text: ''});
      continue;
    }
    const node = nodes.at(-1);
    if (!node || !['text', 'thinking', 'attachment'].includes(marker.name)) continue;
    const last = findEnd(lines, at, endOf(marker));
    if (last === -1) throw broken(where, at + 1, 'the end of this block is missing');
    nodes[nodes.length - 1] = withBlock(node, marker, lines.slice(at + 1, last));
    at = last;
  }
  return nodes;
}

function findEnd(lines: readonly string[], start: number, name: string): number {
  return lines.indexOf(`<!-- llm:${name} -->`, start + 1);
}

function withBlock(node: MessageNode, marker: Marker, lines: readonly string[]): MessageNode {
  if (marker.name === 'text') return {...node, text: readBlock('text', lines, marker)};
  if (marker.name === 'thinking') return {...node, reasoning: readBlock('thinking', lines, marker)};
  const attachment = readAttachment(marker, lines);
  return attachment ? {...node, attachments: [...(node.attachments ?? []), attachment]} : node;
}

function readAttachment({fields}: Marker, lines: readonly string[]): Attachment | undefined {
  const {kind, name, mediaType, exact} = fields;
  if (typeof name !== 'string') return undefined;
  if (kind === 'text') {
    // The first and the last line are the fence.
    const shown = lines.slice(1, -1).join('\n');
    const isExact = typeof exact === 'string' && shownText('text', exact) === shown;
    return {kind, name, text: isExact ? exact : shown};
  }
  const data = /;base64,([\w+/]*=*)\)$/.exec(lines[0] ?? '')?.[1];
  if (kind !== 'image' || typeof mediaType !== 'string' || data === undefined) return undefined;
  return {kind, name, mediaType, data: new Uint8Array(Buffer.from(data, 'base64'))};
}

function broken(where: string, line: number, what: string): LlmError {
  return new LlmError({
    kind: 'file',
    message: `${where}, line ${line}: ${what}`,
    hint: 'Export the conversation again, or put the file right',
  });
}
