import type {ImageAttachment, Message} from '../core/message.ts';

/** What a model reads of a message: its text files, each under its name, and then the text itself. */
export function messageText(message: Message): string {
  const files = (message.attachments ?? []).flatMap(attachment =>
    attachment.kind === 'text' ? [`<file name="${attachment.name}">\n${attachment.text}\n</file>`] : [],
  );
  return [...files, message.text].filter(part => part !== '').join('\n\n');
}

/** The images of a message. */
export function messageImages(message: Message): ImageAttachment[] {
  return (message.attachments ?? []).filter(attachment => attachment.kind === 'image');
}

/** Bytes as base64, without a `data:` prefix. */
export function toBase64(data: Uint8Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64');
}
