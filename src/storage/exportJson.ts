import type {Conversation, MessageNode} from '../core/conversation.ts';
import type {Attachment} from '../core/message.ts';
import {terminalSafeJson} from '../core/terminalSafeJson.ts';

/**
 * The whole conversation, every branch of it, as JSON: `{format, version, id, title, model, created, updated, system?,
 * options, think?, shortened?, head, messages}`. Messages are in the order in which they were added; times are ms since 1970,
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
  return `${terminalSafeJson(value, 2)}\n`;
}

function plainNode(node: MessageNode): object {
  return node.attachments ? {...node, attachments: node.attachments.map(plainAttachment)} : node;
}

function plainAttachment(attachment: Attachment): object {
  if (attachment.kind === 'text') return attachment;
  return {...attachment, data: Buffer.from(attachment.data).toString('base64')};
}
