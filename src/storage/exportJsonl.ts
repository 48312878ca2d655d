import {type Conversation, toMessages} from '../core/conversation.ts';
import type {Message} from '../core/message.ts';
import {terminalSafeJson} from '../core/terminalSafeJson.ts';

/**
 * The active path of a conversation as one line of JSON, in the shape that fine-tuning tools read: `{"messages":
 * [{"role", "content"}, …], id, title, model, created, updated}`, times in ms since 1970. Content is a text, or a list
 * of parts where a prompt has images (https://platform.openai.com/docs/guides/vision-fine-tuning). Thinking and answers
 * without text are left out; of a conversation that was shortened, all is there.
 */
export function exportJsonl(conversation: Conversation): string {
  const {id, title, model, created, updated, shortened: _, ...rest} = conversation;
  const messages = toMessages({id, title, model, created, updated, ...rest}).map(message => ({
    role: message.role,
    content: contentOf(message),
  }));
  return `${terminalSafeJson({messages, id, title, model, created, updated})}\n`;
}

function contentOf({text, attachments = []}: Message): unknown {
  const files = attachments.flatMap(attachment =>
    attachment.kind === 'text' ? [`<file name="${attachment.name}">\n${attachment.text}\n</file>`] : [],
  );
  const whole = [...files, text].filter(part => part !== '').join('\n\n');
  const images = attachments.flatMap(attachment =>
    attachment.kind === 'image'
      ? [
          {
            type: 'image_url',
            image_url: {
              url: `data:${attachment.mediaType};base64,${Buffer.from(attachment.data).toString('base64')}`,
            },
          },
        ]
      : [],
  );
  return images.length === 0 ? whole : [{type: 'text', text: whole}, ...images];
}
