import type {Conversation, MessageNode} from '../core/conversation.ts';
import type {Attachment} from '../core/message.ts';
import {thinkLevels} from '../core/options.ts';
import {isRecord, readMessageFields, readOptions, readShortened} from './exportFields.ts';

/** What a JSON export says it is. */
export const jsonFormat = 'llm-conversation';

/** The newest version of the format that is understood. */
const jsonVersion = 1;

/**
 * The conversation in the object of a JSON export: what `exportJson` was given. A person may have changed the file:
 * fields that make no sense are left out. Throws `Error` with the reason where no conversation can be made of it.
 */
export function readJsonExport(value: Readonly<Record<string, unknown>>): Conversation {
  const {version, id, title, model, created, updated, system, options, think, shortened, head} = value;
  if (typeof version === 'number' && version > jsonVersion)
    throw new Error(`was written by a newer llm (its format has version ${version})`);
  if (typeof id !== 'string' || id === '') throw new Error('holds a conversation without an id');
  const nodes = readMessages(value.messages);
  const level = thinkLevels.find(each => each === think);
  const cut = readShortened(shortened, new Set(nodes.keys()));
  const at = typeof created === 'number' ? created : 0;
  return {
    id,
    title: typeof title === 'string' ? title : '',
    created: at,
    updated: typeof updated === 'number' ? updated : at,
    model: typeof model === 'string' ? model : '',
    ...(typeof system === 'string' && {system}),
    options: isRecord(options) ? readOptions(options) : {},
    ...(level && {think: level}),
    ...(cut && {shortened: cut}),
    nodes,
    head: typeof head === 'string' && nodes.has(head) ? head : null,
  };
}

function readMessages(messages: unknown): Map<string, MessageNode> {
  if (!Array.isArray(messages)) throw new Error('holds a conversation without messages');
  const nodes = new Map<string, MessageNode>();
  const later = new Set(messages.map(message => (isRecord(message) ? message.id : undefined)));
  for (const [index, message] of messages.entries()) {
    const where = `message ${index + 1}`;
    const fields = isRecord(message) ? readMessageFields(message) : undefined;
    if (!isRecord(message) || !fields) throw new Error(`has a ${where} without a role or an id`);
    if (nodes.has(fields.id)) throw new Error(`has two messages with the id of ${where}`);
    const parent = typeof message.parent === 'string' ? message.parent : null;
    // A parent that comes later would make a circle possible; one that is nowhere is a gap, which is kept.
    if (parent !== null && !nodes.has(parent) && later.has(parent))
      throw new Error(`has a ${where} that comes before the one that it follows`);
    const {reasoning} = message;
    const attachments = Array.isArray(message.attachments) ? message.attachments.flatMap(readAttachment) : [];
    nodes.set(fields.id, {
      ...fields,
      parent,
      text: typeof message.text === 'string' ? message.text : '',
      ...(typeof reasoning === 'string' && {reasoning}),
      ...(attachments.length > 0 && {attachments}),
    });
  }
  return nodes;
}

function readAttachment(value: unknown): Attachment[] {
  if (!isRecord(value) || typeof value.name !== 'string') return [];
  const {kind, name, text, mediaType, data} = value;
  if (kind === 'text' && typeof text === 'string') return [{kind, name, text}];
  if (kind !== 'image' || typeof mediaType !== 'string' || typeof data !== 'string') return [];
  return [{kind, name, mediaType, data: new Uint8Array(Buffer.from(data, 'base64'))}];
}
