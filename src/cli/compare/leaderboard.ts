import {bradleyTerry} from '../../core/compare/bradleyTerry.ts';
import {tally} from '../../core/compare/vote.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import {terminalSafeJson} from '../../core/terminalSafeJson.ts';
import type {Store} from '../../storage/openStore.ts';
import type {Io} from '../io.ts';

/** Prints who was judged better than whom: the ratings of Bradley and Terry with their intervals, and the counts. */
export function printLeaderboard(
  store: Pick<Store, 'votes'>,
  json: boolean,
  io: Pick<Io, 'stdout' | 'stderr'>,
): number {
  const {pairs, standings} = tally(store.votes());
  const ratings = bradleyTerry(pairs);
  const unrated = [...standings.keys()].filter(name => !ratings.some(rating => rating.name === name));
  type Row = {model: string; rating?: number; low?: number; high?: number} & Partial<
    NonNullable<ReturnType<typeof standings.get>>
  >;
  const rows: Row[] = [
    ...ratings.map(({name, rating, low, high}) => ({
      model: name,
      rating: Math.round(rating),
      low: Math.round(low),
      high: Math.round(high),
      ...standings.get(name),
    })),
    ...unrated.map(name => ({model: name, ...standings.get(name)})),
  ];
  if (json) {
    io.stdout.write(`${terminalSafeJson(rows, 2)}\n`);
    return 0;
  }
  if (rows.length === 0) {
    io.stderr.write('llm: nothing was judged yet. In the panes of /compare, 1 to 6, = and 0 judge\n');
    return 0;
  }
  const cells = rows.map(row => [
    neutraliseLine(row.model),
    row.rating === undefined ? '–' : `${row.rating}`,
    row.rating === undefined ? '–' : `${row.low}–${row.high}`,
    `${row.votes ?? 0}`,
    `${row.wins ?? 0}`,
    `${row.ties ?? 0}`,
    `${row.bad ?? 0}`,
  ]);
  const head = ['model', 'rating', '95 %', 'judged', 'best', 'ties', 'all bad'];
  const widths = head.map((title, column) =>
    Math.max(...[head, ...cells].map(row => (row[column] ?? title).length)),
  );
  for (const row of [head, ...cells]) {
    const line = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    io.stdout.write(`${line.join('  ')}\n`);
  }
  return 0;
}
