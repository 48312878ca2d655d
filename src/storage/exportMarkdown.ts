import {activePath, type Conversation, type MessageNode} from '../core/conversation.ts';
import {formatDuration} from '../core/figures.ts';
import {longestRun} from '../core/longestRun.ts';
import type {Attachment} from '../core/message.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import {formatCost} from '../core/pricing.ts';
import {terminalSafeJson} from '../core/terminalSafeJson.ts';
import {closingOf, shownText, writeBlock, writeLines, writeMarker} from './exportBlocks.ts';
import {messageFields} from './exportFields.ts';

/** What the front matter of a markdown export says it is. */
export const markdownFormat = 'llm-conversation';

/**
 * The active path of a conversation as a markdown document: front matter, then a section a message. Texts stand in it
 * as they are; comments that no viewer shows carry the rest, and `readMarkdownExport` gives all of it back.
 *
 * @param readBack false for people alone: a title in place of the front matter, no comments, attachments by name
 */
export function exportMarkdown(conversation: Conversation, {readBack = true} = {}): string {
  const path = activePath(conversation);
  const top = readBack ? frontMatter(conversation, path) : plainTop(conversation);
  return `${[top, ...path.map(node => (readBack ? section(node) : plainSection(node)))].join('\n\n')}\n`;
}

/** JSON is YAML too, so every value is written as JSON. */
function frontMatter(conversation: Conversation, path: readonly MessageNode[]): string {
  const {title, model, created, updated, id, system, options, think, shortened} = conversation;
  const lines = [
    ['format', `${markdownFormat} 1`],
    ['title', terminalSafeJson(title)],
    ['model', terminalSafeJson(model)],
    ['created', new Date(created).toISOString()],
    ['updated', new Date(updated).toISOString()],
    ['id', terminalSafeJson(id)],
    system !== undefined && ['system', terminalSafeJson(system)],
    Object.keys(options).length > 0 && ['options', terminalSafeJson(options)],
    think !== undefined && ['think', think],
    // What was shortened on another branch says nothing about this one.
    shortened && path.some(node => node.id === shortened.from) && ['shortened', terminalSafeJson(shortened)],
  ].filter(line => Array.isArray(line));
  return ['---', ...lines.map(line => line.join(': ')), '---'].join('\n');
}

function section(node: MessageNode): string {
  const parts = [`${writeMarker('message', messageFields(node))}\n${heading(node)}`];
  if (node.reasoning) parts.push(fold(thought(node), writeBlock('thinking', node.reasoning)));
  if (node.text !== '') parts.push(writeBlock('text', node.text));
  for (const attachment of node.attachments ?? []) parts.push(attached(attachment));
  const line = figures(node);
  return [...parts, ...(line === '' ? [] : [line])].join('\n\n');
}

function plainTop({title}: Conversation): string {
  return `# ${neutraliseLine(title) || 'A conversation'}`;
}

function plainSection(node: MessageNode): string {
  const parts = [heading(node)];
  if (node.text.trim() !== '') parts.push(closed(shownText('text', node.text)));
  for (const {name} of node.attachments ?? []) parts.push(`*Attached:* ${code(name)}`);
  const line = figures(node);
  return [...parts, ...(line === '' ? [] : [line])].join('\n\n');
}

function closed(text: string): string {
  const trimmed = text.replace(/^(?:[ \t]*\n)+/, '').trimEnd();
  const closing = closingOf(trimmed);
  return closing === '' ? trimmed : `${trimmed}\n${closing}`;
}

function heading({role}: MessageNode): string {
  return role === 'user' ? '## You' : '## Assistant';
}

function thought({timing}: MessageNode): string {
  return timing?.reasoningMs === undefined ? 'Thinking' : `Thinking (${formatDuration(timing.reasoningMs)})`;
}

function fold(summary: string, content: string): string {
  return `<details>\n<summary>${summary}</summary>\n\n${content}\n\n</details>`;
}

function attached(attachment: Attachment): string {
  const {kind, name} = attachment;
  if (attachment.kind === 'text') {
    // Inside a fence every text stands for itself; what would control a terminal is in the marker.
    const shown = shownText('text', attachment.text);
    const fence = '`'.repeat(Math.max(2, longestRun(shown)) + 1);
    const exact = shown === attachment.text ? {} : {exact: attachment.text};
    const block = writeLines('attachment', `${fence}\n${shown}\n${fence}`, {kind, name, ...exact});
    return fold(`Attached: ${escapeHtml(neutraliseLine(name))}`, block);
  }
  const {mediaType, data} = attachment;
  const alt = neutraliseLine(name).replace(/[[\]\\]/g, '\\$&');
  const url = `data:${mediaType.replace(/[^\w.+/-]/g, '')};base64,${Buffer.from(data).toString('base64')}`;
  return writeLines('attachment', `![${alt}](${url})`, {kind, name, mediaType});
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function figures(node: MessageNode): string {
  if (node.role === 'user') return '';
  const {timing, usage} = node;
  const approximately = usage?.estimated ? '~' : '';
  const items = [
    node.model && code(node.model),
    timing?.firstTokenMs !== undefined && `${formatDuration(timing.firstTokenMs)} to the first token`,
    timing?.tokensPerSecond !== undefined && `${timing.tokensPerSecond.toFixed(1)} tok/s`,
    usage?.input !== undefined && `${approximately}${usage.input} tokens in`,
    usage?.output !== undefined && `${approximately}${usage.output} tokens out`,
    node.cost !== undefined && node.cost > 0 && `${approximately}${formatCost(node.cost)}`,
    timing && `${formatDuration(timing.totalMs)} in all`,
    ending(node),
  ];
  return items.filter(Boolean).join(' · ');
}

function ending(node: MessageNode): string | undefined {
  switch (node.stop) {
    case 'aborted':
      return 'stopped';
    case 'length':
      return 'cut at the token limit';
    case 'content-filter':
      return 'cut by a content filter';
    case 'interrupted':
      return 'cut off';
    case 'streaming':
      return 'still being written';
    case 'error':
      return `failed: ${code(node.error?.message ?? 'unknown error')}`;
    default:
      return undefined;
  }
}

/** Inline code that shows any text as it is. */
function code(text: string): string {
  const line = neutraliseLine(text);
  const longest = longestRun(line);
  const ticks = '`'.repeat(longest + 1);
  return longest > 0 ? `${ticks} ${line} ${ticks}` : ticks + line + ticks;
}
