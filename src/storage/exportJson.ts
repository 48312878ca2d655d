import type {Conversation, MessageNode} from '../core/conversation.ts';
import type {Attachment} from '../core/message.ts';

/**
 * The whole conversation, every branch of it, as JSON: `{format, version, id, title, model, created, updated, system?,
 * options, think?, head, messages}`. Messages are in the order in which they were added; times are ms since 1970,
 * images base64. Nothing is changed: what could control a terminal is written as `\uXXXX`.
 */
export function exportJson(conversation: Conversation): string {
  const {nodes, ...fields} = conversation;
  const value = {
    format: 'llm-conversation',
    version: 1,
    ...fields,
    messages: [...nodes.values()].map(plainNode),
  };
  const json = JSON.stringify(value, null, 2);
  return `${json.replace(/[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, escaped)}\n`;
}

function plainNode(node: MessageNode): object {
  return node.attachments ? {...node, attachments: node.attachments.map(plainAttachment)} : node;
}

function plainAttachment(attachment: Attachment): object {
  if (attachment.kind === 'text') return attachment;
  return {...attachment, data: Buffer.from(attachment.data).toString('base64')};
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
