import {Marked} from 'marked';
import {activePath, type Conversation, type MessageNode} from '../core/conversation.ts';
import {formatDuration} from '../core/figures.ts';
import {neutralise, neutraliseLine} from '../core/neutralise.ts';

/** The active path of a conversation as a markdown document: front matter, then a section a message. */
export function exportMarkdown(conversation: Conversation): string {
  const front = [
    '---',
    `title: ${yamlText(conversation.title)}`,
    `model: ${yamlText(conversation.model)}`,
    `created: ${new Date(conversation.created).toISOString()}`,
    `id: ${yamlText(conversation.id)}`,
    '---',
  ].join('\n');
  const sections = activePath(conversation).map(section);
  const system = conversation.system ? [`## System\n\n${closed(neutralise(conversation.system))}`] : [];
  return `${[front, ...system, ...sections].join('\n\n')}\n`;
}

function section(node: MessageNode): string {
  const parts = [node.role === 'user' ? '## You' : '## Assistant'];
  if (node.reasoning) parts.push(folded(node.reasoning, node.timing?.reasoningMs));
  if (node.text.trim() !== '') parts.push(closed(neutralise(node.text)));
  for (const attachment of node.attachments ?? []) parts.push(`*Attached:* ${code(attachment.name)}`);
  if (node.role === 'assistant') {
    const line = figures(node);
    if (line !== '') parts.push(line);
  }
  return parts.join('\n\n');
}

function folded(reasoning: string, durationMs: number | undefined): string {
  const duration = durationMs === undefined ? '' : ` (${formatDuration(durationMs)})`;
  // Its own tags would end the fold; as entities they are shown as they are.
  const inner = closed(neutralise(reasoning).replace(/<(?=\/?(?:details|summary)\b)/gi, '&lt;'));
  return `<details>\n<summary>Thinking${duration}</summary>\n\n${inner}\n\n</details>`;
}

function figures(node: MessageNode): string {
  const {timing, usage} = node;
  const approximately = usage?.estimated ? '~' : '';
  const items = [
    node.model && code(node.model),
    timing?.firstTokenMs !== undefined && `${formatDuration(timing.firstTokenMs)} to the first token`,
    timing?.tokensPerSecond !== undefined && `${timing.tokensPerSecond.toFixed(1)} tok/s`,
    usage?.input !== undefined && `${approximately}${usage.input} tokens in`,
    usage?.output !== undefined && `${approximately}${usage.output} tokens out`,
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

/**
 * The text with whatever it leaves open at its end closed (a fence or comment of a cut answer), so that it cannot
 * swallow what comes after it.
 */
function closed(text: string): string {
  const trimmed = text.replace(/^(?:[ \t]*\n)+/, '').trimEnd();
  // An instance of its own: the shared one may carry what a renderer has set.
  const last = new Marked()
    .lexer(trimmed)
    .filter(token => token.type !== 'space')
    .at(-1);
  if (last?.type === 'code') {
    const fence = /^ {0,3}(`{3,}|~{3,})/.exec(last.raw)?.[1];
    if (!fence) return trimmed;
    const lines = last.raw.trimEnd().split('\n');
    const end = new RegExp(`^ {0,3}${fence.charAt(0)}{${fence.length},}[ \\t]*$`);
    return lines.length > 1 && end.test(lines.at(-1) ?? '') ? trimmed : `${trimmed}\n${fence}`;
  }
  return last?.type === 'html' ? trimmed + missingEnd(last.raw) : trimmed;
}

/** The kinds of HTML block that a blank line does not end: https://spec.commonmark.org/0.31.2/#html-blocks */
function missingEnd(html: string): string {
  const tag = /^\s*<(script|pre|style|textarea)\b/i.exec(html)?.[1];
  if (tag) return html.toLowerCase().includes(`</${tag.toLowerCase()}>`) ? '' : `\n</${tag}>`;
  if (/^\s*<!--/.test(html)) return html.includes('-->') ? '' : '\n-->';
  if (/^\s*<\?/.test(html)) return html.includes('?>') ? '' : '\n?>';
  if (/^\s*<!\[CDATA\[/.test(html)) return html.includes(']]>') ? '' : '\n]]>';
  return '';
}

/** Inline code that shows any text as it is. */
function code(text: string): string {
  const line = neutraliseLine(text);
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map(run => run.length));
  const ticks = '`'.repeat(longest + 1);
  return longest > 0 ? `${ticks} ${line} ${ticks}` : ticks + line + ticks;
}

/** A double-quoted text of YAML, which has JSON's escapes. */
function yamlText(text: string): string {
  return JSON.stringify(neutraliseLine(text));
}
