/** One line of the benchmark's table. */
export type Row = {
  what: string;
  measured: string;
  /** What it is compared with, measured in the same run. */
  baseline?: string;
  ratio?: string;
  goal?: string;
  /** Whether the goal was met; undefined where there is none. */
  met?: boolean;
};

/** The rows as one markdown table. */
export function printTable(rows: readonly Row[]): string {
  const head = ['what', 'measured', 'baseline', 'ratio', 'goal', 'met'];
  const cells = rows.map(row => [
    row.what,
    row.measured,
    row.baseline ?? '–',
    row.ratio ?? '–',
    row.goal ?? '–',
    row.met === undefined ? '–' : row.met ? 'yes' : '**no**',
  ]);
  const line = (columns: readonly string[]) => `| ${columns.join(' | ')} |\n`;
  return line(head) + line(head.map(() => '---')) + cells.map(line).join('');
}
