import {fits, type KnownTable} from './knownTables.ts';
import type {Pages} from './openPages.ts';
import {type Row, readPage, type TreePage} from './readPage.ts';

/** A thing that the file says to hold: a table or an index, and the page at which its tree begins. */
export type SchemaEntry = {type: string; name: string; root: number; sql: string};

/** The file's own list of what is in it, as far as it can be read. */
export function readSchema(pages: Pages): SchemaEntry[] {
  const entries: SchemaEntry[] = [];
  for (const {cells} of rowsOf(pages, 1)) {
    const [type, name, , root, sql] = cells;
    if (typeof type !== 'string' || typeof name !== 'string' || typeof root !== 'number') continue;
    entries.push({type, name, root, sql: typeof sql === 'string' ? sql : ''});
  }
  return entries;
}

/** The rows that the tree of a table leads to. */
export function* rowsOf(pages: Pages, root: number): Generator<Row> {
  for (const {rows} of walk(pages, root, 'table', new Set()).pages()) yield* rows;
}

/**
 * Gives every row of the tables that is still there to `found`. First those that the trees lead to, then, when a tree
 * is damaged, those of pages that no tree leads to any more and that can be of one table only.
 *
 * @returns whether anything of the file is damaged
 */
export function findRows(
  pages: Pages,
  schema: readonly SchemaEntry[],
  tables: readonly KnownTable[],
  found: (table: KnownTable, row: Row) => void,
): boolean {
  const used = new Set<number>();
  const isOurs = new Map(tables.map(table => [table.name, table]));
  let isDamaged = !pages.header || walk(pages, 1, 'table', used).markDamaged();
  for (const {type, name, root} of schema) {
    if (root === 0) continue;
    const table = type === 'table' ? isOurs.get(name) : undefined;
    const tree = walk(pages, root, type === 'index' || table?.hasRowid === false ? 'index' : 'table', used);
    for (const page of tree.pages()) {
      for (const row of table && !table.isDerived ? page.rows : []) {
        if (table && fits(table, row)) found(table, row);
        else isDamaged = true;
      }
    }
    isDamaged ||= tree.isDamaged();
  }
  isDamaged ||= tables.some(({name}) => !schema.some(entry => entry.name === name));
  if (!isDamaged) return false;

  for (const page of freePages(pages)) used.add(page);
  for (let number = 2; number <= pages.count; number++) {
    const page = used.has(number) ? undefined : readPage(pages, number);
    const table = page && tableOf(page, tables);
    for (const row of table && !table.isDerived ? (page?.rows ?? []) : []) if (table) found(table, row);
  }
  return true;
}

type Walk = {
  /** The pages of the tree, each once. */
  pages(): Iterable<TreePage>;
  /** Walks without a look at the rows. */
  markDamaged(): boolean;
  /** Whether a page was missing or cut, once all were walked. */
  isDamaged(): boolean;
};

function walk(pages: Pages, root: number, kind: TreePage['tree'], used: Set<number>): Walk {
  let isDamaged = false;
  function* visit(): Generator<TreePage> {
    const waiting = [root];
    for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
      const page = number <= pages.count && !used.has(number) ? readPage(pages, number) : undefined;
      if (page?.tree !== kind) {
        isDamaged = true;
        continue;
      }
      used.add(number);
      if (page.lost > 0) isDamaged = true;
      waiting.push(...page.children.toReversed());
      yield page;
    }
  }
  return {
    pages: visit,
    markDamaged() {
      for (const _ of visit());
      return isDamaged;
    },
    isDamaged: () => isDamaged,
  };
}

/** The one table that all rows of a page can belong to. */
function tableOf({rows, tree}: TreePage, tables: readonly KnownTable[]): KnownTable | undefined {
  if (rows.length === 0) return undefined;
  const possible = tables.filter(
    table => table.hasRowid === (tree === 'table') && rows.every(row => fits(table, row)),
  );
  return possible.length === 1 ? possible[0] : undefined;
}

/** The pages that hold what was deleted: https://sqlite.org/fileformat2.html#the_freelist */
function freePages(pages: Pages): Set<number> {
  const free = new Set<number>();
  for (let trunk = pages.header?.freeList ?? 0; trunk > 0 && trunk <= pages.count && !free.has(trunk); ) {
    free.add(trunk);
    const page = pages.read(trunk);
    if (!page) break;
    const count = Math.min(page.readUInt32BE(4), (pages.usable - 8) / 4);
    for (let index = 0; index < count; index++) free.add(page.readUInt32BE(8 + 4 * index));
    trunk = page.readUInt32BE(0);
  }
  return free;
}
