import {LlmError} from '../../core/errors.ts';
import {loadSqlite} from '../loadSqlite.ts';
import {applyMigrations, type Migration} from '../migrations.ts';
import {applicationId, type Database, openDatabase} from '../openDatabase.ts';
import {findRows, readSchema, rowsOf, type SchemaEntry} from './findRows.ts';
import {knownTables} from './knownTables.ts';
import {mendConversations} from './mendConversations.ts';
import {openPages, type Pages} from './openPages.ts';

/** What came over from a damaged file. */
export type Salvaged = {
  conversations: number;
  messages: number;
  /** Messages that are known to be missing. */
  lost: number;
};

export type SalvageOptions = {
  /** The damaged file; it is only read. */
  from: string;
  /** Where the new database is made; nothing is there. */
  to: string;
  migrations: readonly Migration[];
};

const cacheKib = 128 * 1024;

/**
 * Makes a new database of all rows that can be read of a damaged one, page by page, whichever version it has. Throws
 * `LlmError` (`storage`) for a file of another or a newer program, and when the new one cannot be written.
 */
export function salvageDatabase({from, to, migrations}: SalvageOptions): Salvaged {
  const pages = openPages(from);
  try {
    const schema = readSchema(pages);
    const version = versionOf(pages, schema, migrations, from);
    const database = openDatabase(to);
    try {
      // The rows come in the order of the pages, and their ids at random: the trees being made had better stay in memory.
      database.exec(`PRAGMA cache_size = -${cacheKib}`);
      const salvaged = database.transaction(() => {
        applyMigrations(database, migrations.slice(0, version));
        return fill(database, pages, schema);
      });
      database.transaction(() => applyMigrations(database, migrations));
      return salvaged;
    } finally {
      database.close();
    }
  } finally {
    pages.close();
  }
}

function fill(database: Database, pages: Pages, schema: readonly SchemaEntry[]): Salvaged {
  // Rows come in the order of the pages: what a row refers to may come after it.
  database.exec('PRAGMA defer_foreign_keys = ON');
  const statements = new Map<string, string>();
  findRows(pages, schema, knownTables(database), (table, {rowid, cells}) => {
    const columns = table.columns.slice(0, cells.length);
    const key = `${table.name} ${cells.length}`;
    const sql =
      statements.get(key) ??
      `INSERT OR IGNORE INTO "${table.name}" (${columns.map(({name}) => `"${name}"`).join(', ')})
       VALUES (${columns.map(() => '?').join(', ')})`;
    statements.set(key, sql);
    database.run(sql, ...columns.map(({isRowid}, index) => (isRowid ? rowid : (cells[index] ?? null))));
  });
  const missing = countMissing(database, pages, schema);
  const gaps = mendConversations(database);
  const count = (table: string): number =>
    database.get<{n: number}>(`SELECT count(*) AS n FROM ${table}`)?.n ?? 0;
  return {
    conversations: count('(SELECT DISTINCT conversation_id FROM messages)'),
    messages: count('messages') - gaps,
    lost: Math.max(missing, gaps),
  };
}

/** The full-text index knows each message by its number, also one whose own row is lost. */
function countMissing(database: Database, pages: Pages, schema: readonly SchemaEntry[]): number {
  const root = schema.find(({name}) => name === 'message_words_docsize')?.root;
  if (root === undefined) return 0;
  const present = new Set(database.all<{seq: number}>('SELECT seq FROM messages').map(({seq}) => seq));
  let missing = 0;
  for (const {rowid} of rowsOf(pages, root)) if (!present.has(Number(rowid))) missing++;
  return missing;
}

/**
 * The version of the program that wrote the file: what its header says, else the newest one whose tables it has. A file
 * of which nothing is left that would tell has the newest.
 */
function versionOf(
  pages: Pages,
  schema: readonly SchemaEntry[],
  migrations: readonly Migration[],
  path: string,
): number {
  const {header} = pages;
  const isOurs =
    header?.applicationId === applicationId ||
    ['conversations', 'messages', 'writers'].every(table => schema.some(({name}) => name === table));
  if (header && !isOurs) {
    throw new LlmError({
      kind: 'storage',
      message: `${path}: a damaged database of another program`,
      hint: 'It was not touched. Choose another folder, or move the file away',
    });
  }
  if (header && header.version > migrations.length) {
    throw new LlmError({
      kind: 'storage',
      message: `${path}: damaged, and written by a newer llm`,
      hint: 'Update: npm install --global llm-local@latest, or go on without history: -n',
    });
  }
  if (header && header.version > 0) return header.version;
  const found = schema
    .filter(({type, sql}) => type === 'table' && sql !== '')
    .map(({name, sql}) => name + sql);
  for (let version = migrations.length; version > 0 && found.length > 0; version--) {
    const known = tablesAt(migrations.slice(0, version));
    if (found.every(table => known.has(table))) return version;
  }
  return migrations.length;
}

function tablesAt(migrations: readonly Migration[]): Set<string> {
  const {DatabaseSync} = loadSqlite();
  const memory = new DatabaseSync(':memory:');
  try {
    for (const step of migrations) memory.exec(step);
    const rows = memory.prepare("SELECT name || sql AS text FROM sqlite_schema WHERE type = 'table'").all();
    return new Set(rows.map(({text}) => String(text)));
  } finally {
    memory.close();
  }
}
