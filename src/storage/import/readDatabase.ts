import type {Conversation} from '../../core/conversation.ts';
import {databaseFormats, fitsDatabase} from './databaseFormats.ts';
import {type ForeignDatabase, openForeignDatabase} from './foreignDatabase.ts';
import {importError} from './importError.ts';
import type {ImportFile} from './importFile.ts';
import type {ImportReport} from './importSource.ts';

/** The conversations in another program's SQLite file. Throws `LlmError` (kind `file`). */
export function* readDatabase(file: ImportFile, report: ImportReport): Generator<Conversation> {
  const database = openForeignDatabase(file.path);
  try {
    const found = databaseFormats.find(format => fitsDatabase(database, format));
    if (!found) throw unknownDatabase(file.path, database);
    report.format = found.format;
    yield* found.read(database, file, report);
  } finally {
    database.close();
  }
}

function unknownDatabase(path: string, {tables}: ForeignDatabase): Error {
  if (tables.has('conversations') && tables.has('message_words_data'))
    return importError(path, 'it is a database of llm itself', 'To use it, put it in the place of llm.db');
  const known = databaseFormats.map(({format}) => format).join(', ');
  return importError(path, `it is the database of a program that is not known (known: ${known})`);
}
