import path from 'node:path';
import type {Conversation} from '../../core/conversation.ts';
import type {Attachment} from '../../core/message.ts';
import {readOptions} from '../exportFields.ts';
import {derivedId} from './derivedId.ts';
import {type ForeignMessage, foreignConversation, linked} from './foreignConversation.ts';
import {type Foreign, imageOfBase64, listOf, paragraphs, recordOf, textOf} from './foreignFields.ts';
import type {ImportFile} from './importFile.ts';
import type {ImportReport} from './importSource.ts';
import {fullModelName} from './modelName.ts';

/**
 * An aichat session (YAML, aichat 0.30: `model: CLIENT:NAME`, options, `messages` of `role` and `content`). What was
 * compressed there comes first, whole; the summary in its place is left out. A session has neither ids nor times: its
 * first turn tells it from others, and its file says when it was.
 */
export function readAichat(session: Foreign, file: ImportFile, report: ImportReport): Conversation {
  const [client = '', ...name] = textOf(session.model).split(':');
  const model = name.length > 0 ? fullModelName(name.join(':'), client) : fullModelName(client);
  const compressed = listOf(session.compressed_messages).map(recordOf);
  const spoken = [...compressed, ...listOf(session.messages).map(recordOf)];
  const messages = spoken.flatMap((message): ForeignMessage[] => {
    const {role} = message;
    if (role !== 'user' && role !== 'assistant') return [];
    const text = contentText(message.content);
    const attachments = role === 'user' ? images(message.content, report) : [];
    if (text === '' && attachments.length === 0) return [];
    return [
      {
        role,
        text,
        ...(attachments.length > 0 && {attachments}),
        created: file.modified,
        ...(role === 'assistant' && {...(model !== '' && {model}), stop: 'stop'}),
      },
    ];
  });
  const id = derivedId('aichat', ...messages.slice(0, 2).map(({text}) => text));
  const system = spoken.find(({role}) => role === 'system');
  return foreignConversation(
    {
      id,
      title: titleOf(file.path),
      model,
      // After a compression the only system message is the summary.
      system: paragraphs([
        textOf(session.agent_instructions),
        compressed.length > 0 && system === listOf(session.messages)[0] ? '' : contentText(system?.content),
      ]),
      options: readOptions(session),
    },
    linked(id, messages),
  );
}

/** The session's name, which is its file's; nothing for one that aichat named by the time. */
function titleOf(file: string): string {
  const name = path.basename(file).replace(/\.ya?ml$/i, '');
  const [, automatic] = /^\d{8}T\d{6}(?:-(.*))?$/.exec(name) ?? [name, name];
  return (automatic ?? '').replaceAll('-', ' ').trim();
}

function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (Array.isArray(content)) return paragraphs(content.map(part => textOf(recordOf(part).text)));
  return textOf(recordOf(content).text);
}

function images(content: unknown, report: ImportReport): Attachment[] {
  const urls = listOf(content).flatMap(part => textOf(recordOf(recordOf(part).image_url).url) || []);
  return urls.flatMap((url, index) => {
    const image = url.startsWith('data:') ? imageOfBase64(`image-${index + 1}`, url) : undefined;
    if (!image) report.missing++;
    return image ? [image] : [];
  });
}
