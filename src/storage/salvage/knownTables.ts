import type {Database} from '../openDatabase.ts';
import type {Cell, Row} from './readPage.ts';

/** A table as the program makes it. */
export type KnownTable = {
  name: string;
  /** In the order in which a row on disk has them. */
  columns: readonly KnownColumn[];
  /** Its rows have a number, and stand in a tree of the kind `table`. */
  hasRowid: boolean;
  /** It belongs to an index, which is built anew. */
  isDerived: boolean;
};

type KnownColumn = {name: string; type: string; required: boolean; isRowid: boolean};

/** The tables of a database that is whole. */
export function knownTables(database: Database): KnownTable[] {
  return database
    .all<{name: string; type: string; wr: number}>(
      "SELECT name, type, wr FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'shadow')",
    )
    .filter(({name}) => name !== 'sqlite_schema')
    .map(({name, type, wr}) => ({
      name,
      columns: columnsOf(database, name, wr === 1),
      hasRowid: wr === 0,
      isDerived: type === 'shadow' || name.startsWith('sqlite_'),
    }));
}

function columnsOf(database: Database, table: string, withoutRowid: boolean): KnownColumn[] {
  const columns = database.all<{name: string; type: string; notnull: number; pk: number}>(
    'SELECT name, type, "notnull", pk FROM pragma_table_info(?) ORDER BY cid',
    table,
  );
  const keys = columns.filter(({pk}) => pk > 0).sort((a, b) => a.pk - b.pk);
  const stored = withoutRowid ? [...keys, ...columns.filter(({pk}) => pk === 0)] : columns;
  return stored.map(({name, type, notnull, pk}) => ({
    name,
    type: type.toUpperCase(),
    required: notnull === 1 || pk > 0,
    isRowid: !withoutRowid && keys.length === 1 && pk > 0 && type.toUpperCase() === 'INTEGER',
  }));
}

/** Whether a row can be one of the table: as many columns at most, each of the type that it is declared to be. */
export function fits(table: KnownTable, {rowid, cells}: Row): boolean {
  if ((rowid !== null) !== table.hasRowid || cells.length > table.columns.length) return false;
  return table.columns.every((column, index) => {
    const cell = cells[index] ?? null;
    // On disk the number of the row stands for this column.
    if (column.isRowid) return cell === null;
    return cell === null ? !column.required : isOfType(column.type, cell);
  });
}

function isOfType(type: string, cell: Exclude<Cell, null>): boolean {
  switch (type) {
    case 'TEXT':
      return typeof cell === 'string';
    case 'INTEGER':
      return typeof cell === 'bigint' || (typeof cell === 'number' && Number.isInteger(cell));
    case 'REAL':
      return typeof cell === 'number' || typeof cell === 'bigint';
    case 'BLOB':
      return cell instanceof Uint8Array;
    default:
      return true;
  }
}
