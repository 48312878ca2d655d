import {type Conversation, toMessages, withNode} from '../core/conversation.ts';
import type {Attachment} from '../core/message.ts';
import {neutralise} from '../core/neutralise.ts';

/** What would be sent, for people: model, options and every message, attachments by name and size. */
export function showRequest(
  conversation: Conversation,
  prompt: string,
  attachments: readonly Attachment[],
  schema: object | undefined,
): string {
  const {model, options, think} = conversation;
  const asked = withNode(conversation, {
    id: 'prompt',
    parent: conversation.head,
    role: 'user',
    text: prompt,
    created: 0,
    ...(attachments.length > 0 && {attachments}),
  });
  const head = [
    `model: ${model}`,
    ...Object.entries(options).map(([key, value]) => `${key}: ${JSON.stringify(value)}`),
    ...(think ? [`think: ${think}`] : []),
    ...(schema ? [`schema: ${JSON.stringify(schema)}`] : []),
  ];
  const messages = toMessages(asked).map(message => {
    const files = (message.attachments ?? []).map(
      attachment =>
        `\n[${attachment.kind} ${attachment.name}, ${attachment.kind === 'image' ? attachment.data.length : Buffer.byteLength(attachment.text)} bytes]`,
    );
    return `--- ${message.role}\n${message.text}${files.join('')}`;
  });
  return `${neutralise([...head, ...messages].join('\n'))}\n`;
}
