import {mkdtempSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {openDatabase} from '../../src/storage/openDatabase.ts';
import {openStore, type Store} from '../../src/storage/openStore.ts';
import {type MadeHistory, makeConversations} from './madeConversations.ts';
import {misspell, seeded} from './madePrompts.ts';
import {median, ms, percentile} from './statistics.ts';
import type {Row} from './table.ts';

const goal = 50;

/** Full-text search over many stored messages: the time of each kind of query, and whether what was meant is found. */
export async function measureFind({quick}: {quick: boolean}): Promise<Row[]> {
  const count = quick ? 10_000 : 100_000;
  const folder = mkdtempSync(join(tmpdir(), 'llm-bench-'));
  const path = join(folder, 'llm.db');
  let store: Store | undefined;
  try {
    const made = makeConversations(path, {conversations: count / 20, messages: 20, seed: 1});
    store = openStore({path});
    const what = `search over ${count.toLocaleString('en')} messages`;
    return [
      ...searchRows(store, made, what, quick ? 10 : 30),
      ...recallRows(store, made, what, quick ? 20 : 100),
      ...costRows(path, made, what),
    ];
  } finally {
    store?.close();
    rmSync(folder, {recursive: true, force: true});
  }
}

function searchRows(store: Store, {common, frequent, rare}: MadeHistory, what: string, each: number): Row[] {
  const random = seeded(3);
  const any = (list: readonly string[]): string => list[random(list.length)] ?? '';
  const queries: Readonly<Record<string, () => string>> = {
    'a word in most messages': () => any(common),
    'a frequent word': () => any(frequent),
    'a rare word': () => any(rare),
    'two words': () => `${any(common)} ${any(frequent)}`,
    'a phrase': () => `"${any(common)} ${any(common)}"`,
    filters: () => `${any(frequent)} role:user model:made after:2015 before:2017`,
    'the beginning of a word': () => any(frequent).slice(0, -2),
    'inside a word': () => any(frequent).slice(1),
    'a slip of the hand': () => misspell(any(frequent), random),
    'two Chinese letters': () => ['学法', '的一', '用们', '上个', '我以'][random(5)] ?? '',
    'nothing like it': () => `qzx${any(rare)}wvj`,
  };
  return Object.entries(queries).flatMap(([kind, query]) => {
    const searches: number[] = [];
    const lists: number[] = [];
    for (let n = 0; n < each; n++) {
      const typed = query();
      searches.push(timed(() => store.search(typed, {limit: 100})));
      lists.push(timed(() => store.list({limit: 100, query: typed})));
    }
    return [timeRow(`${what}: ${kind}`, searches), timeRow(`the same, for /sessions`, lists)];
  });
}

/** Looks for words that stand in one old message each. */
function recallRows(store: Store, {planted}: MadeHistory, what: string, most: number): Row[] {
  const random = seeded(4);
  const tries: Readonly<Record<string, (words: readonly string[]) => string>> = {
    'old, two words': ([first = '', second = '']) => `${second} ${first}`,
    'old, one slip of the hand': ([first = '', second = '']) => `${misspell(first, random)} ${second}`,
    'old, a part of a word': ([first = '', second = '']) => `${first.slice(1)} ${second.slice(0, -1)}`,
    'old, one slip of the hand in a word alone': ([, , unique = '']) => misspell(unique, random),
  };
  return Object.entries(tries).map(([kind, query]) => {
    let [top, listed] = [0, 0];
    const wanted = planted.slice(0, most);
    for (const {id, words} of wanted) {
      const at = store.search(query(words), {limit: 100}).hits.findIndex(({message}) => message?.id === id);
      if (at >= 0) listed++;
      if (at >= 0 && at < 10) top++;
    }
    return {
      what: `${what}: ${kind}`,
      measured: `${top} of ${wanted.length} among the first 10, ${listed} in the list`,
    };
  });
}

/** What the index of parts costs. */
function costRows(path: string, {bytes}: MadeHistory, what: string): Row[] {
  const database = openDatabase(path);
  try {
    const sizeOf = (table: string): number =>
      database.get<{size: number}>(`SELECT sum(length(block)) AS size FROM ${table}_data`)?.size ?? 0;
    const mb = (size: number): string => `${Math.round(size / 1e6)} MB`;
    return [
      {
        what: `${what}: the file`,
        measured: `${mb(statSync(path).size)} for ${mb(bytes)} of text; the index of words ${mb(sizeOf('message_words'))}, of parts ${mb(sizeOf('message_parts'))}`,
      },
    ];
  } finally {
    database.close();
  }
}

function timed(work: () => unknown): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

function timeRow(what: string, values: readonly number[]): Row {
  const p95 = percentile(values, 0.95);
  return {
    what,
    measured: `p50 ${ms(median(values))}, p95 ${ms(p95)}, max ${ms(Math.max(...values))} (${values.length} queries)`,
    goal: `≤ ${goal} ms`,
    met: p95 <= goal,
  };
}
