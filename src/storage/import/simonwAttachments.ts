import type {Attachment} from '../../core/message.ts';
import {columnsOf, type ForeignDatabase} from './foreignDatabase.ts';
import {attachmentOf, type Foreign, firstText, textOf} from './foreignFields.ts';
import type {ImportReport} from './importSource.ts';

/** The rows of `attachments` and `fragments` as attachments of ours, for both generations of tables. */
export type SimonwAttachments = {
  /** An attachment by its id. */
  attachment(id: string): Attachment[];
  /** What stands in a query's rows: `type, path, url, content`. */
  ofRow(row: Foreign): Attachment[];
  /** A fragment: a text that was sent before the prompt. */
  fragment(id: number): Attachment[];
};

/**
 * Only bytes that the database itself holds are taken: a path in a file that somebody gave us is no reason to read
 * what is there, and nothing is downloaded.
 */
export function simonwAttachments(database: ForeignDatabase, report: ImportReport): SimonwAttachments {
  const columns = columnsOf(database, 'attachments', ['type', 'path', 'url', 'content']);
  const parts = columnsOf(database, 'fragments', ['content', 'source', 'hash']);
  const ofRow = ({content, path, url}: Foreign): Attachment[] => {
    const name = firstText(path, url).split(/[/\\]/).at(-1) || 'attachment';
    const found = content instanceof Uint8Array ? attachmentOf(name, content) : undefined;
    if (!found) report.missing++;
    return found ? [found] : [];
  };
  return {
    ofRow,
    attachment(id) {
      const row = columns && database.get(`SELECT ${columns} FROM attachments WHERE id = ?`, id);
      return row ? ofRow(row) : [];
    },
    fragment(id) {
      const row = parts && database.get(`SELECT ${parts} FROM fragments WHERE id = ?`, id);
      if (!row) return [];
      const name = firstText(row.source, row.hash, 'fragment').split(/[/\\]/).at(-1) || 'fragment';
      return [{kind: 'text', name, text: textOf(row.content)}];
    },
  };
}
