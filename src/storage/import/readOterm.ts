import type {Conversation} from '../../core/conversation.ts';
import type {Attachment} from '../../core/message.ts';
import {readOptions} from '../exportFields.ts';
import {derivedId} from './derivedId.ts';
import {type ForeignMessage, foreignConversation, linked} from './foreignConversation.ts';
import {columnsOf, type ForeignDatabase} from './foreignDatabase.ts';
import {type Foreign, imageOfBase64, jsonOf, listOf, recordOf, textOf} from './foreignFields.ts';
import type {ImportFile} from './importFile.ts';
import type {ImportReport} from './importSource.ts';
import {fullModelName} from './modelName.ts';

/**
 * The chats of oterm's `store.db` (oterm 0.19: `chat`, `message` with `author`, `text`, `images` in base64; before 0.15
 * without `provider`, when all were Ollama's). It keeps no times: those of the file stand for them.
 */
export function* readOterm(
  database: ForeignDatabase,
  file: ImportFile,
  report: ImportReport,
): Generator<Conversation> {
  const columns = columnsOf(database, 'chat', [
    ...['id', 'name', 'model', 'system', 'provider', 'parameters', 'thinking'],
  ]);
  const sent = columnsOf(database, 'message', ['author', 'text', 'images']);
  for (const chat of database.all(`SELECT ${columns} FROM chat ORDER BY id`)) {
    const model = fullModelName(textOf(chat.model), textOf(chat.provider) || 'ollama');
    const messages = database
      .all(`SELECT ${sent} FROM message WHERE chat_id = ? ORDER BY id`, Number(chat.id))
      .flatMap(row => messageOf(row, model, file.modified, report));
    // Ids begin anew in every database, and a chat may be renamed.
    const id = derivedId('oterm', String(chat.id), messages[0]?.text ?? '');
    yield foreignConversation(
      {
        id,
        title: textOf(chat.name),
        model,
        system: textOf(chat.system),
        options: readOptions(recordOf(jsonOf(chat.parameters))),
        ...(chat.thinking === 1 && {think: 'medium'}),
      },
      linked(id, messages),
    );
  }
}

function messageOf(row: Foreign, model: string, created: number, report: ImportReport): ForeignMessage[] {
  const {author} = row;
  if (author !== 'user' && author !== 'assistant') return [];
  const attachments = listOf(jsonOf(row.images)).flatMap((image, index): Attachment[] => {
    const found = imageOfBase64(`image-${index + 1}`, textOf(image));
    if (!found) report.missing++;
    return found ? [found] : [];
  });
  return [
    {
      role: author,
      text: textOf(row.text),
      ...(attachments.length > 0 && {attachments}),
      created,
      ...(author === 'assistant' && {model, stop: 'stop'}),
    },
  ];
}
