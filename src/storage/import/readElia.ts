import type {Conversation} from '../../core/conversation.ts';
import {derivedId} from './derivedId.ts';
import {type ForeignMessage, foreignConversation, linked} from './foreignConversation.ts';
import {columnsOf, type ForeignDatabase} from './foreignDatabase.ts';
import {isoToMs, textOf} from './foreignFields.ts';
import type {ImportFile} from './importFile.ts';
import {fullModelName} from './modelName.ts';

/**
 * The chats of elia's `elia.sqlite` (elia 1.10: `chat`, `message` with `role`, `content`, `timestamp` in UTC; the first
 * message is the system prompt).
 */
export function* readElia(database: ForeignDatabase, file: ImportFile): Generator<Conversation> {
  const columns = columnsOf(database, 'chat', ['id', 'model', 'title', 'started_at']);
  const sent = columnsOf(database, 'message', ['role', 'content', 'timestamp', 'model']);
  for (const chat of database.all(`SELECT ${columns} FROM chat ORDER BY id`)) {
    const started = isoToMs(chat.started_at);
    const rows = database.all(`SELECT ${sent} FROM message WHERE chat_id = ? ORDER BY id`, Number(chat.id));
    const model = modelOf(chat.model);
    const messages = rows.flatMap(({role, content, timestamp, model: own}): ForeignMessage[] => {
      if (role !== 'user' && role !== 'assistant') return [];
      const created = isoToMs(timestamp) ?? started ?? file.modified;
      const answered = modelOf(own) || model;
      return [
        {
          role,
          text: textOf(content),
          created,
          ...(role === 'assistant' && {...(answered && {model: answered}), stop: 'stop'}),
        },
      ];
    });
    const id = derivedId('elia', String(chat.id), textOf(chat.started_at), messages[0]?.text ?? '');
    yield foreignConversation(
      {
        id,
        title: textOf(chat.title),
        created: started,
        model,
        system: textOf(rows.find(({role}) => role === 'system')?.content),
      },
      linked(id, messages),
    );
  }
}

/** Its own models are named `elia-NAME` there. */
function modelOf(name: unknown): string {
  return fullModelName(textOf(name).replace(/^elia-/, ''));
}
