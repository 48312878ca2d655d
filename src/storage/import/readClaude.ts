import type {Conversation, MessageNode} from '../../core/conversation.ts';
import type {Attachment} from '../../core/message.ts';
import {derivedId} from './derivedId.ts';
import {foreignConversation} from './foreignConversation.ts';
import {
  type Foreign,
  fenced,
  firstText,
  isoToMs,
  listOf,
  paragraphs,
  recordOf,
  textOf,
} from './foreignFields.ts';
import type {ImportReport} from './importSource.ts';
import {fullModelName} from './modelName.ts';
import {parentsFirst} from './parentsFirst.ts';

type Sent = {id: string; parent: string | null; message: Foreign};

/**
 * A conversation of Claude's data export (`conversations.json`: `uuid`, `name`, `chat_messages` with `sender`, `content`
 * blocks, `attachments` and `files`; as exported in 2026). Newer ones say which message each follows; older ones are
 * one line. Tools that were used behind the scenes are left out, artifacts stand in the answer as code.
 */
export function readClaude(value: Foreign, report: ImportReport): Conversation {
  const source = textOf(value.uuid);
  const id = derivedId('claude', source);
  const place = new Map<string, string | null>();
  const nodes: MessageNode[] = [];
  const created = isoToMs(value.created_at);
  for (const {id: sent, parent, message} of sentMessages(listOf(value.chat_messages))) {
    const before = parent === null ? null : (place.get(parent) ?? null);
    const node = messageNode(message, created ?? 0, report);
    place.set(sent, node ? derivedId('claude', source, sent) : before);
    if (node) nodes.push({id: derivedId('claude', source, sent), parent: before, ...node});
  }
  return foreignConversation(
    {
      id,
      title: textOf(value.name),
      created,
      updated: isoToMs(value.updated_at),
      model: fullModelName(textOf(value.model)),
      head: place.get(textOf(value.current_leaf_message_uuid)),
    },
    nodes,
  );
}

function sentMessages(messages: readonly unknown[]): Sent[] {
  const sent = messages.map(recordOf).map((message, index) => ({
    id: textOf(message.uuid) || `${index}`,
    parent: textOf(message.parent_message_uuid) || null,
    message,
  }));
  const ids = new Set(sent.map(({id}) => id));
  const isTree = sent.some(({parent}) => parent !== null && ids.has(parent));
  return isTree
    ? parentsFirst(sent)
    : sent.map((each, index) => ({...each, parent: sent[index - 1]?.id ?? null}));
}

function messageNode(
  message: Foreign,
  fallback: number,
  report: ImportReport,
): Omit<MessageNode, 'id' | 'parent'> | undefined {
  const {sender} = message;
  if (sender !== 'human' && sender !== 'assistant') return undefined;
  const blocks = listOf(message.content).map(recordOf);
  const text = paragraphs(blocks.map(blockText)) || textOf(message.text);
  const reasoning = paragraphs(
    blocks.map(({type, thinking}) => (type === 'thinking' ? textOf(thinking) : '')),
  );
  const attachments = attached(message, report);
  if (text === '' && reasoning === '' && attachments.length === 0) return undefined;
  const model = fullModelName(textOf(message.model));
  return {
    role: sender === 'human' ? 'user' : 'assistant',
    text,
    ...(reasoning !== '' && {reasoning}),
    ...(attachments.length > 0 && {attachments}),
    created: isoToMs(message.created_at) ?? fallback,
    ...(model !== '' && {model}),
    ...(sender === 'assistant' && {stop: message.stop_reason === 'max_tokens' ? 'length' : 'stop'}),
  };
}

function blockText(block: Foreign): string {
  if (block.type === 'text') return textOf(block.text);
  const {content, title, language} = recordOf(block.input);
  // A tool whose input has a document: an artifact, also under the names that it had in time.
  if (block.type !== 'tool_use' || typeof content !== 'string') return '';
  return paragraphs([title ? `**${textOf(title)}**` : '', fenced(content, textOf(language))]);
}

function attached(message: Foreign, report: ImportReport): Attachment[] {
  const found: Attachment[] = [];
  for (const file of listOf(message.attachments).map(recordOf)) {
    const text = textOf(file.extracted_content);
    if (text !== '') found.push({kind: 'text', name: firstText(file.file_name, 'attachment'), text});
    else report.missing++;
  }
  // The rest is there by name alone: images, and documents whose text the export does not have.
  const names = new Set(found.map(({name}) => name));
  const files = listOf(message.files).length > 0 ? listOf(message.files) : listOf(message.files_v2);
  report.missing += files.filter(file => !names.has(textOf(recordOf(file).file_name))).length;
  return found;
}
