import {existsSync} from 'node:fs';
import type {StatementSync} from 'node:sqlite';
import {pathToFileURL} from 'node:url';
import {loadSqlite} from '../loadSqlite.ts';
import type {Foreign} from './foreignFields.ts';
import {importError} from './importError.ts';

/** Another program's SQLite file, only read. Everything throws `LlmError` (kind `file`) that names it. */
export type ForeignDatabase = {
  /** The columns of each table; views are not among them, because what a file's view does is not known. */
  readonly tables: ReadonlyMap<string, ReadonlySet<string>>;
  all(sql: string, ...values: (string | number)[]): Foreign[];
  get(sql: string, ...values: (string | number)[]): Foreign | undefined;
  close(): void;
};

/** Opens a file without changing it or writing beside it, while its own program may be at work on it. */
export function openForeignDatabase(path: string): ForeignDatabase {
  const guard = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw importError(path, `this database cannot be read: ${reason}`, '', error);
    }
  };
  const {DatabaseSync} = loadSqlite();
  const url = pathToFileURL(path);
  // Without a log beside it nobody is writing; then SQLite need not make files of its own there.
  if (!existsSync(`${path}-wal`)) url.searchParams.set('immutable', '1');
  const connection = guard(() => new DatabaseSync(url, {readOnly: true, timeout: 5000}));
  const prepared = new Map<string, StatementSync>();
  const statement = (sql: string): StatementSync => {
    const found = prepared.get(sql) ?? connection.prepare(sql);
    prepared.set(sql, found);
    return found;
  };
  const all: ForeignDatabase['all'] = (sql, ...values) =>
    guard(() => statement(sql).all(...values) as Foreign[]);
  try {
    guard(() => connection.exec('PRAGMA trusted_schema = OFF; PRAGMA query_only = ON'));
    const rows = all(
      `SELECT s.name AS name, c.name AS column FROM sqlite_schema s JOIN pragma_table_info(s.name) c
       WHERE s.type = 'table' AND s.sql NOT LIKE 'CREATE VIRTUAL%'`,
    );
    const tables = new Map<string, Set<string>>();
    for (const {name, column} of rows) {
      const columns = tables.get(String(name)) ?? new Set();
      tables.set(String(name), columns.add(String(column)));
    }
    return {
      tables,
      all,
      get: (sql, ...values) => guard(() => statement(sql).get(...values) as Foreign | undefined),
      close: () => connection.close(),
    };
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Those of the columns that a table has, for a SELECT: older versions of a program lack some. */
export function columnsOf(
  {tables}: Pick<ForeignDatabase, 'tables'>,
  table: string,
  wanted: readonly string[],
): string {
  const columns = tables.get(table) ?? new Set();
  return wanted
    .filter(name => columns.has(name))
    .map(name => `"${name}"`)
    .join(', ');
}
