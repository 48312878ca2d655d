import type {Conversation} from '../../core/conversation.ts';
import type {ForeignDatabase} from './foreignDatabase.ts';
import type {ImportFile} from './importFile.ts';
import type {ImportReport} from './importSource.ts';
import {readElia} from './readElia.ts';
import {readOterm} from './readOterm.ts';
import {readSimonwResponses} from './readSimonwResponses.ts';
import {readSimonwThreads, simonwThreadIds} from './readSimonwThreads.ts';
import {simonwAttachments} from './simonwAttachments.ts';

/** One program's database, known by its tables and columns. */
export type DatabaseFormat = {
  format: string;
  /** Names of columns, `table.column`; any list of them that is there in full is enough. */
  marks: readonly (readonly string[])[];
  read(database: ForeignDatabase, file: ImportFile, report: ImportReport): Iterable<Conversation>;
};

/** Every database that can be imported. */
export const databaseFormats: readonly DatabaseFormat[] = [
  {
    format: 'simonw/llm database',
    marks: [
      ['responses.id', 'responses.conversation_id', 'responses.prompt', 'responses.datetime_utc'],
      ['threads.id', 'turns.thread_id', 'messages.hash', 'parts.message_hash'],
    ],
    *read(database, _file, report) {
      const files = simonwAttachments(database, report);
      const threads = simonwThreadIds(database);
      if (database.tables.has('responses')) yield* readSimonwResponses(database, files, new Set(threads));
      yield* readSimonwThreads(database, files, threads);
    },
  },
  {
    format: 'oterm database',
    marks: [['chat.id', 'chat.name', 'message.chat_id', 'message.author', 'message.text']],
    read: readOterm,
  },
  {
    format: 'elia database',
    marks: [['chat.id', 'chat.title', 'message.chat_id', 'message.role', 'message.content']],
    read: readElia,
  },
];

/** Whether a database has the tables of a format. */
export function fitsDatabase({tables}: ForeignDatabase, {marks}: DatabaseFormat): boolean {
  return marks.some(mark =>
    mark.every(each => {
      const [table = '', column = ''] = each.split('.');
      return tables.get(table)?.has(column) ?? false;
    }),
  );
}
